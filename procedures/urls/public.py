from django.urls import path

from procedures.views import catalogue, files, places, procedure

urlpatterns = [
    path("danh-muc/xa/", places.wards, name="places-wards"),
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/tep/<uuid:public_id>/<str:name>", files.catalogue_file, name="catalogue-file"),
    path("thu-tuc/<str:code>/", procedure.procedure, name="procedure"),
]
