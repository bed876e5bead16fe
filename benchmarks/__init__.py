"""Benchmarks: ours against a limit in the same run (`make bench`). Results: RESULTS.md."""
