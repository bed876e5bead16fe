"""The limit: a bare Django project with our settings, database and middleware, and views that
do only what cannot be left out. tests/house/test_bench_bare.py holds it to equal work."""
