from django.urls import path

from procedures.views import catalogue, files, places

urlpatterns = [
    path("danh-muc/xa/", places.wards, name="places-wards"),
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/tep/<uuid:public_id>/<str:name>", files.catalogue_file, name="catalogue-file"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="procedure"),
]
