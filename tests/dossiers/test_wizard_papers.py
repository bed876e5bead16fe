"""The papers page: one bad file hurts no other, nobody reaches another's."""

import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dossiers.models import CheckState, Dossier, Paper
from procedures.models import Requirement, Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url


@pytest.fixture
def empty(binh: User, service: Service) -> Dossier:
    """A draft without papers."""
    return factories.a_draft(binh, service)


def name_of(draft: Dossier) -> str:
    assert draft.case
    return f"tep-{draft.case.requirements.get().pk}"


def send(browser: Client, draft: Dossier, *files: object, button: str = "tai") -> object:
    return browser.post(url("filing-papers", draft), {name_of(draft): files, "viec": button})


def test_formats_size_and_count_are_told(browser, empty):
    text = text_of(browser.get(url("filing-papers", empty)))
    assert "PDF, JPG, PNG, HEIC" in text and "20,0 MB" in text and "tối đa 10 tệp" in text


def test_several_files_at_once_are_kept_in_order(browser, empty):
    send(browser, empty, *[factories.an_upload(f"trang {n}.pdf") for n in (1, 2, 3)])
    names = empty.papers.order_by("pk").values_list("filename", flat=True)
    assert list(names) == ["trang 1.pdf", "trang 2.pdf", "trang 3.pdf"]


BAD = {
    "rong.pdf": (b"", "trống (0 byte)"),
    "don.pdf": (b"xin chao " * 50, "không phải"),
    "ung dung.exe": (b"MZ" + b"\0" * 200, "không phải"),
    "anh.png": (factories.a_pdf(), "đuôi .png"),
    "don.exe.pdf": (factories.a_pdf(), ".exe ở giữa"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_at_its_place_and_the_good_one_kept(browser, empty, name):
    content, said = BAD[name]
    page = send(browser, empty, SimpleUploadedFile(name, content), factories.an_upload("tot.pdf"))
    text = text_of(page)
    assert said in text and name in text and "<title>Lỗi:" in page.content.decode()
    assert [paper.filename for paper in empty.papers.all()] == ["tot.pdf"]


def test_a_file_too_big_is_refused_with_its_weight(browser, empty, settings):
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"max_bytes": 1000}
    big = SimpleUploadedFile("to.pdf", factories.a_pdf() + b"\n%" + b"x" * 2000)
    assert "to.pdf” nặng" in text_of(send(browser, empty, big))
    assert not empty.papers.exists()


def test_a_decomposed_name_is_shown_composed(browser, empty):
    name = unicodedata.normalize("NFD", "Giấy chứng sinh bé Ánh.pdf")
    send(browser, empty, factories.an_upload(name))
    assert empty.papers.get().filename == "Giấy chứng sinh bé Ánh.pdf"


def test_the_eleventh_file_of_a_paper_is_refused(browser, empty):
    send(browser, empty, *[factories.an_upload(f"{n}.pdf") for n in range(10)])
    page = send(browser, empty, factories.an_upload("11.pdf"))
    assert "tối đa 10 tệp" in text_of(page) and empty.papers.count() == 10


@pytest.mark.parametrize("name", ["tep-999999", "tep-abc", "tep-", "la", "thay-" + "0" * 36])
def test_a_made_up_place_is_refused_with_a_sentence(browser, empty, name):
    page = browser.post(url("filing-papers", empty), {name: factories.an_upload()})
    assert "không có trong trường hợp" in text_of(page) and not empty.papers.exists()


def test_a_paper_of_another_procedure_is_refused(browser, empty):
    other = factories.a_procedure("2.000635", "Trích lục").current.cases.get()
    foreign = Requirement.objects.get(case=other)
    page = browser.post(url("filing-papers", empty), {f"tep-{foreign.pk}": factories.an_upload()})
    assert "không có trong trường hợp" in text_of(page) and not Paper.objects.exists()


def test_a_file_is_removed_by_a_button(browser, draft):
    paper = draft.papers.get()
    browser.post(url("filing-papers", draft), {"tep-go": str(paper.public_id)})
    assert not draft.papers.current().exists()


@pytest.mark.parametrize("button", ["khong-phai-uuid", "\x00", "0" * 36])
def test_removing_what_is_not_there_changes_nothing(browser, draft, button):
    assert browser.post(url("filing-papers", draft), {"tep-go": button}).status_code == 302
    assert draft.papers.current().count() == 1


def test_a_file_is_replaced(browser, draft):
    old = draft.papers.get()
    new = {f"thay-{old.public_id}": factories.an_upload("mới.pdf")}
    browser.post(url("filing-papers", draft), new)
    assert [paper.filename for paper in draft.papers.current()] == ["mới.pdf"]


def test_a_full_paper_may_still_have_a_file_replaced(browser, empty):
    send(browser, empty, *[factories.an_upload(f"{n}.pdf") for n in range(10)])
    old = empty.papers.first()
    browser.post(
        url("filing-papers", empty), {f"thay-{old.public_id}": factories.an_upload("mới.pdf")}
    )
    assert "mới.pdf" in [paper.filename for paper in empty.papers.current()]


def test_a_strangers_file_is_not_replaced(browser, empty, stranger):
    theirs = factories.a_full_draft(stranger, empty.service).papers.get()
    browser.post(url("filing-papers", empty), {f"thay-{theirs.public_id}": factories.an_upload()})
    theirs.refresh_from_db()
    assert theirs.superseded_by is None


@pytest.mark.parametrize(
    ("state", "said"),
    [("pending", "Đang kiểm tra"), ("clean", "Đạt"), ("refused", "Không đọc được. Hãy thay")],
)
def test_the_state_of_each_file_is_told(browser, draft, state, said):
    draft.papers.update(state=state)
    text = text_of(browser.get(url("filing-papers", draft)))
    assert said in text
    assert ("Tải lại trang" in text) == (state == "pending")


def test_going_on_takes_the_chosen_files_along(browser, empty):
    sent = send(browser, empty, factories.an_upload(), button="tiep")
    assert sent.url == url("filing-return", empty) and empty.papers.count() == 1


def test_going_on_stops_at_a_bad_file(browser, empty):
    page = send(browser, empty, SimpleUploadedFile("a.pdf", b""), button="tiep")
    assert page.status_code == 200 and "trống (0 byte)" in text_of(page)


# One file over HTTP


def paper_url(paper: Paper) -> str:
    return reverse("paper", args=[paper.public_id])


def test_a_clean_paper_is_shown_and_on_request_downloaded(browser, draft):
    factories.mark_clean(draft)
    paper = draft.papers.get()
    shown, kept = browser.get(paper_url(paper)), browser.get(paper_url(paper) + "?tai=1")
    assert shown["Content-Disposition"].startswith("inline")
    assert kept["Content-Disposition"].startswith("attachment")
    assert b"".join(shown.streaming_content).startswith(b"%PDF") and b"".join(
        kept.streaming_content
    ).startswith(b"%PDF")


@pytest.mark.parametrize("query", ["", "?tai=1"])
def test_an_unchecked_paper_is_not_even_its_uploaders(browser, draft, query):
    answer = browser.get(paper_url(draft.papers.get()) + query)
    assert answer.status_code == 404 and "đang được kiểm tra" in pages.text_of(answer)


def test_an_unchecked_paper_is_no_link(browser, draft):
    for page in ("filing-papers", "filing-check"):
        text = browser.get(pages.url(page, draft)).text
        assert paper_url(draft.papers.get()) not in text and "giay-chung-sinh.pdf" in text


def test_an_infected_paper_is_given_to_nobody(browser, draft):
    draft.papers.update(state=CheckState.INFECTED)
    assert browser.get(paper_url(draft.papers.get())).status_code == 404


def test_a_stranger_gets_no_paper(draft, stranger):
    factories.mark_clean(draft)
    assert pages.as_user(stranger).get(paper_url(draft.papers.get())).status_code == 404


def test_the_desk_reads_papers_once_filed_and_clean(filed, lan):
    paper = filed.papers.get()
    answer = pages.as_user(lan).get(paper_url(paper))
    assert answer.status_code == 200
    answer.close()
    filed.papers.update(state=CheckState.PENDING)
    assert pages.as_user(lan).get(paper_url(paper)).status_code == 404
