from django.urls import path

from procedures.views import catalogue

urlpatterns = [
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="procedure"),
]
