"""A draft as a citizen would see it, framed by our own page and by nobody else's; and files."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import actions
from procedures.models import CatalogueFile, Procedure, ProcedureVersion
from procedures.records import advice_of, normal
from procedures.records.limits import process_check
from tests import factories
from tests.factories import MORNING
from tests.house.test_routes import address as any_address
from tests.house.test_routes import ours
from tests.procedures.editor_pages import address, fields, now
from tests.procedures.records import a_record

MAY_BE_FRAMED = {"editor-preview-page", "editor-eform-frame"}


def framed(browser, draft):
    return browser.get(reverse("editor-preview-page", args=[draft.pk]))


def test_the_draft_is_shown_as_its_public_page(browser, draft):
    html = framed(browser, draft).content.decode()
    assert "Người thuộc hộ nghèo được miễn." in html and "Giấy chứng sinh" in html
    assert "Đào Thị Cúc" not in html


def test_looking_saves_nothing(browser, draft):
    framed(browser, draft)
    assert not ProcedureVersion.objects.exists() and not Procedure.objects.exists()


def test_only_our_own_pages_frame_it(browser, draft):
    answer = framed(browser, draft)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


def test_no_other_page_may_be_framed(browser, draft):
    """Every address of ours, as an editor gets it."""
    loose, seen = [], 0
    for path, name, _ in ours():
        if name in MAY_BE_FRAMED:
            continue
        path = re.sub(r"<int:\w+>", str(draft.pk), path)
        path = re.sub(r"<slug:\w+>", "ho-tich", path)
        answer = browser.get(any_address(path))
        answer.close()
        if answer.status_code != 200:
            continue
        seen += 1
        policy = answer.headers.get("Content-Security-Policy", "")
        if (
            answer.headers.get("X-Frame-Options") != "DENY"
            or "frame-ancestors 'none'" not in policy
        ):
            loose.append(name)
    assert seen > 15 and loose == []


def test_both_widths_stand_on_the_page(browser, draft):
    html = browser.get(reverse("editor-preview", args=[draft.pk])).content.decode()
    assert re.findall(r'<iframe width="(\d+)"', html) == ["320", "1280"]


@pytest.mark.parametrize("name", ["editor-preview", "editor-preview-page"])
def test_strangers_see_no_drafts(client, draft, stranger, name):
    client.force_login(stranger)
    assert client.get(reverse(name, args=[draft.pk])).status_code == 403


def test_a_draft_with_nothing_in_it_has_a_preview(browser, cuc):
    empty = actions.new_draft({"code": "2.000001"}, by=cuc, at=MORNING)
    assert framed(browser, empty).status_code == 200


def test_a_preview_asks_as_much_for_many_papers_as_for_one(browser, draft, cuc):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert framed(browser, draft).status_code == 200
        return len(seen)

    queries()  # what is asked once a process
    one = queries()
    papers = [{"key": f"g-{i}", "name": f"Giấy {i}"} for i in range(100)]
    cases = [{"key": f"th-{i}", "name": "Khi", "requirements": papers} for i in range(5)]
    actions.save_draft(draft, revision=1, by=cuc, at=MORNING, record={"cases": cases})
    assert queries() == one <= 12


# --- files on the pages ---------------------------------------------------------------------------


def upload(browser, draft, query, path, name, content, **more):
    data = fields(browser.get(address(draft, query))) | more
    data |= {"viec": f"tai:{path}", f"{path}.tep": SimpleUploadedFile(name, content)}
    return browser.post(address(draft, query), data, follow=True)


def test_a_filled_example_goes_up_with_its_paper(browser, draft):
    path = "cases.0.requirements.0.sample"
    page = upload(browser, draft, "?phan=thanh-phan&muc=1", path, "mau.pdf", factories.a_pdf())
    file = CatalogueFile.objects.get()
    assert now(draft)["cases"][0]["requirements"][0]["sample"] == str(file.public_id)
    html = page.content.decode()
    assert "Đã tải lên mau.pdf." in html and f'href="{file.get_absolute_url()}"' in html
    assert file.purpose == "sample"


def test_a_picture_of_guidance_is_named_after_its_file(browser, draft):
    query = "?phan=huong-dan"
    browser.post(address(draft, query), {"revision": "1", "viec": "them:media", "media.n": "0:0"})
    upload(browser, draft, query, "media.0.file", "cach-dien.jpg", factories.a_jpeg())
    (item,) = now(draft)["media"]
    assert (item["kind"], item["title"]) == ("image", "cach-dien.jpg")


def test_a_file_that_is_none_is_told_at_its_place_and_words_stay(browser, draft):
    path = "cases.0.requirements.0.sample"
    page = upload(browser, draft, "?phan=thanh-phan&muc=1", path, "mau.pdf", b"<html>",
                  **{"cases.0.requirements.0.note": "đừng mất"})  # fmt: skip
    html = page.content.decode()
    assert "không phải" in html.split('id="o-cases-0-requirements-0-sample-error"')[1][:300]
    assert fields(page)["cases.0.requirements.0.note"] == "đừng mất"


def test_a_file_is_taken_out(browser, draft):
    path, query = "cases.0.requirements.0.sample", "?phan=thanh-phan&muc=1"
    upload(browser, draft, query, path, "mau.pdf", factories.a_pdf())
    data = fields(browser.get(address(draft, query))) | {f"{path}.x": "1"}
    browser.post(address(draft, query), data)
    assert now(draft)["cases"][0]["requirements"][0]["sample"] == ""


def test_files_at_places_that_hold_none_are_not_kept(browser, draft):
    upload(browser, draft, "", "name", "mau.pdf", factories.a_pdf())
    assert not CatalogueFile.objects.exists()


# --- the process against the law ------------------------------------------------------------------


def ways(*limits):
    return [{"kind": "direct", "time": t, "unit": u, "time_text": "x"} for t, u in limits]


@pytest.mark.parametrize(
    ("limits", "hours"),
    [
        ([(3, "working_day")], 24),
        ([(30, "calendar_day")], 176),  # as a month: 22 working days of 8 hours
        ([(1, "month")], 176),
        ([(4, "hour")], 4),
        ([(None, "none")], None),
        ([(15, "working_day"), (2, "working_day"), (None, "none")], 16),
    ],
)
def test_the_shortest_legal_time_counts(limits, hours):
    assert process_check(normal(a_record(channels=ways(*limits)))[0]).limit == hours


@pytest.mark.parametrize(("hours", "over"), [(8, False), (9, True)])
def test_one_hour_too_many_is_advice(hours, over):
    process = [{"role": "reception", "name": "Làm", "hours": hours}]
    record = normal(a_record(process=process))[0]
    assert process_check(record).over is over
    assert any("vượt 1 giờ" in str(one) for one in advice_of(record)) is over
