"""Catalogue files coming in and going out: /quan-tri/nhap-xuat/."""

from django.urls import URLPattern, path

from procedures.views.editor import exchange, exports, import_steps

_RUN = "nhap-xuat/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("nhap-xuat/", exchange.index, name="imports"),
    path("nhap-xuat/mau.xlsx", exchange.template, name="import-template"),
    path("nhap-xuat/xuat/", exports.index, name="exports"),
    path("nhap-xuat/xuat/tien-do/", exports.progress, name="exports-progress"),
    path("nhap-xuat/xuat/<int:pk>/tep/", exports.download, name="export-file"),
    path(_RUN, exchange.run, name="import-run"),
    path(f"{_RUN}tien-do/", exchange.progress, name="import-progress"),
    path(f"{_RUN}dong/<int:number>/", exchange.row, name="import-row"),
    path(f"{_RUN}ap-dung/", import_steps.apply, name="import-apply"),
    path(f"{_RUN}duyet/", import_steps.approve, name="import-approve"),
    path(f"{_RUN}tra-lai/", import_steps.give_back, name="import-return"),
    path(f"{_RUN}bo/", import_steps.discard, name="import-discard"),
]
