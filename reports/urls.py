"""Figures for managers and leaders (under /bao-cao/)."""

from django.urls import path, register_converter

from reports import views


class Ending:
    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(Ending, "sheet_ending")

urlpatterns = [
    path("", views.page, name="reports"),
    path("danh-sach/", views.listing, name="report-list"),
    path("danh-sach.xlsx", views.list_sheet, name="report-list-sheet"),
    path("so-lieu.<sheet_ending:ending>", views.export, name="report-sheet"),
]
