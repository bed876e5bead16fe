from django.urls import path

from procedures.views import (
    browse,
    catalogue,
    files,
    handouts,
    machines,
    places,
    procedure,
    search,
    versions,
)

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
    path("thu-tuc/<str:code>/toan-van/", procedure.whole, name="procedure-whole"),
    path("thu-tuc/<str:code>/noi-nop/", procedure.desk_list, name="procedure-desks"),
    path("thu-tuc/<str:code>/ho-so/<slug:key>/", procedure.case, name="procedure-case"),
    path("thu-tuc/<str:code>/phieu-huong-dan/", handouts.choose, name="guidance-choose"),
    path("thu-tuc/<str:code>/phieu-huong-dan.pdf", handouts.guidance, name="guidance"),
    path("thu-tuc/<str:code>/to-khai-trong.pdf", handouts.blank, name="blank-form"),
    path("linh-vuc/", browse.sectors, name="sectors"),
    path("linh-vuc/<slug:slug>/", browse.sector, name="sector"),
    path("co-quan/", browse.agency_kinds, name="agency-kinds"),
    path("co-quan/<slug:kind>/", browse.agency_kind, name="agency-kind"),
    path("su-kien/", browse.events, name="life-events"),
    path("su-kien/<slug:slug>/", browse.event, name="life-event"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:page>.xml", machines.sitemap_part, name="sitemap-part"),
    path("robots.txt", machines.robots, name="robots"),
]
