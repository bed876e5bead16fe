"""What tests of batches share: a sheet filled in, sent, and its work asked for."""

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers import sheets
from dossiers.models import Dossier
from tests.dossiers import wizard_pages as pages

ANH = ["Con gái", "Nguyễn Thị Ánh", "20/02/2026", ""]
BAO = ["Con trai", "Nguyễn Văn Bảo", "20/02/2026", "sinh đôi"]
WRONG = ["Sai", "Nguyễn Văn Chi", "31/02/2026", ""]


def template_of(pattern):
    file = io.BytesIO()
    sheets.template(file, pattern)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def a_sheet(pattern, *rows, change=None):
    """The template filled in by a person, from row 3 on."""
    book = template_of(pattern)
    page = book[sheets.PAGE]
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            page.cell(number, column).value = value
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("ho so.xlsx", file.getvalue())


def upload(browser, pattern, *rows, change=None):
    sheet = a_sheet(pattern, *rows, change=change)
    return browser.post(pages.url("batch", pattern), {"bang": sheet}, follow=True)


def press(browser, pattern, work="filing", **more):
    data = {"viec": work, "cam_doan": "on", **more}
    return browser.post(pages.url("batch-run", pattern), data, follow=True)


def states(batch):
    return dict(batch.rows.values_list("number", "state"))


def made(pattern):
    return Dossier.objects.exclude(pk=pattern.pk).order_by("pk")
