from django.urls import path

from benchmarks.bare import pages

urlpatterns = [
    path("reference/", pages.reference, name="reference"),
    path("healthz", pages.healthz, name="healthz"),
]
