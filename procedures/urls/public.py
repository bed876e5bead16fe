from django.urls import path

from procedures.views import catalogue, places

urlpatterns = [
    path("danh-muc/xa/", places.wards, name="places-wards"),
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="procedure"),
]
