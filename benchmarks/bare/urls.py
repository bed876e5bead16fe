from django.urls import include, path

from benchmarks.bare import pages, views, walk

urlpatterns = [
    path("", pages.small, name="home"),
    path("found/", pages.found, name="bare-found"),
    path("healthz", pages.healthz, name="healthz"),
    # Our middleware asks where signing out and the second factor are.
    path("tai-khoan/", include("accounts.urls")),
    path("<uuid:public_id>/paper/", views.paper, name="bare-paper"),
    path("<uuid:public_id>/submit/", views.submit, name="bare-submit"),
    path("<uuid:public_id>/walk/<int:number>/", walk.walked, name="bare-walk"),
]
