from django.urls import path

from procedures.views import catalogue, files, places, procedure, search, versions

urlpatterns = [
    path("danh-muc/xa/", places.wards, name="places-wards"),
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/ket-qua/", catalogue.results, name="catalogue-results"),
    path("thu-tuc/goi-y/", catalogue.hints, name="catalogue-hints"),
    path("thu-tuc/khong-thay/", search.miss, name="search-miss"),
    path("thu-tuc/tep/<uuid:public_id>/<str:name>", files.catalogue_file, name="catalogue-file"),
    path("thu-tuc/<str:code>/", procedure.procedure, name="procedure"),
    path("thu-tuc/<str:code>/phien-ban/", versions.versions, name="versions"),
    path(
        "thu-tuc/<str:code>/phien-ban/<int:first>/<int:second>/",
        versions.version_diff,
        name="version-diff",
    ),
]
