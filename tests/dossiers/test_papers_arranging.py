"""What Bình does with files that are there: take back, order, turn, join, announce."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.utils import timezone
from PIL import Image

from dossiers import actions, checking
from dossiers.models import CheckState, Origin, Paper
from portal.lib import files, jobs
from portal.lib.outbox import drain
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.lib import samples

NOW = factories.MORNING


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind():
    yield
    jobs.shutdown()


@pytest.fixture
def empty(binh, service):
    return factories.a_draft(binh, service)


@pytest.fixture
def need(empty):
    return empty.case.requirements.get()


@pytest.fixture
def give(empty, need, binh):
    """`give("a.pdf", …)`: the papers, in that order."""

    def give(*names, content=None):
        return [
            actions.attach_paper(
                empty, upload=factories.an_upload(name, content), requirement=need, by=binh, at=NOW
            )
            for name in names
        ]

    return give


def photo(colour, size=(60, 40)):
    return samples.jpeg(size, colour=colour)


def work():
    """As the worker, until nothing is left to do."""
    for _ in range(3):
        Paper.objects.filter(done_at=None).update(available_at=timezone.now())
        drain(Paper.objects.all(), checking.check, limit=20)


def picture_on(page):
    return pikepdf.PdfImage(page.obj.Resources.XObject["/P"]).as_pil_image()


def names(dossier):
    return [paper.filename for paper in dossier.papers.current().in_order()]


def image_of(paper):
    paper.refresh_from_db()
    with files.open_private(paper.stored_name) as stored:
        return Image.open(io.BytesIO(stored.read()))


# Taken away and back


def test_what_was_removed_comes_back_by_a_button(browser, draft):
    paper = draft.papers.get()
    browser.post(pages.url("filing-papers", draft), {"tep-go": str(paper.public_id)})
    page = browser.get(pages.url("filing-papers", draft))
    assert "Hoàn tác" in pages.text_of(page) and names(draft) == []
    browser.post(pages.url("filing-papers", draft), {"hoan-tac": str(paper.public_id)})
    assert names(draft) == [paper.filename]


def test_what_was_replaced_comes_back_and_what_replaced_it_goes(browser, draft, binh):
    old = draft.papers.get()
    new = {f"thay-{old.public_id}": factories.an_upload("mới.pdf")}
    browser.post(pages.url("filing-papers", draft), new)
    browser.post(pages.url("filing-papers", draft), {"hoan-tac": str(old.public_id)})
    assert names(draft) == [old.filename]


def test_nothing_comes_back_over_the_limit(empty, give, binh):
    first, *_ = give(*[f"{n}.pdf" for n in range(10)])
    actions.remove_paper(first, by=binh, at=NOW)
    give("11.pdf")
    with pytest.raises(actions.DossierError, match="tối đa 10 tệp"):
        actions.restore_paper(first, by=binh, at=NOW)


def test_what_was_given_again_meanwhile_does_not_come_back_beside_itself(empty, give, binh):
    same = factories.a_pdf(text="Một bản")
    (first,) = give("a.pdf", content=same)
    actions.remove_paper(first, by=binh, at=NOW)
    give("a.pdf", content=same)
    with pytest.raises(actions.AlreadyThere, match="đã có ở mục này"):
        actions.restore_paper(first, by=binh, at=NOW)
    assert empty.papers.current().count() == 1


def test_nothing_is_arranged_after_filing(filed, binh):
    paper = filed.papers.get()
    for act in (actions.restore_paper, actions.turn_paper):
        with pytest.raises(actions.MoveRefused, match="đã nộp"):
            act(paper, by=binh, at=NOW)


def test_a_stranger_arranges_nothing(draft, stranger):
    paper = draft.papers.get()
    for act in (actions.remove_paper, actions.restore_paper, actions.turn_paper):
        with pytest.raises(actions.MoveRefused, match="không có quyền"):
            act(paper, by=stranger, at=NOW)


# Order


def test_a_file_moves_up_and_down_by_buttons(browser, empty, give):
    a, b, c = give("a.pdf", "b.pdf", "c.pdf")
    browser.post(pages.url("filing-papers", empty), {"tep-len": str(c.public_id)})
    assert names(empty) == ["a.pdf", "c.pdf", "b.pdf"]
    browser.post(pages.url("filing-papers", empty), {"tep-xuong": str(a.public_id)})
    assert names(empty) == ["c.pdf", "a.pdf", "b.pdf"]


def test_the_first_goes_no_higher(browser, empty, give):
    a, _ = give("a.pdf", "b.pdf")
    browser.post(pages.url("filing-papers", empty), {"tep-len": str(a.public_id)})
    assert names(empty) == ["a.pdf", "b.pdf"]


def test_dragging_sends_the_whole_order(browser, empty, need, give):
    a, b, c = give("a.pdf", "b.pdf", "c.pdf")
    order = ",".join(str(one.public_id) for one in (c, a, b))
    browser.post(pages.url("filing-papers", empty), {f"thu-tu-{need.pk}": order})
    assert names(empty) == ["c.pdf", "a.pdf", "b.pdf"]


def test_a_new_file_comes_last_and_a_replacement_where_the_old_one_was(browser, empty, give):
    a, b = give("a.pdf", "b.pdf")
    browser.post(pages.url("filing-papers", empty), {"tep-len": str(b.public_id)})
    give("c.pdf")
    new = {f"thay-{b.public_id}": factories.an_upload("b2.pdf")}
    browser.post(pages.url("filing-papers", empty), new)
    assert names(empty) == ["b2.pdf", "a.pdf", "c.pdf"]


# Turning


def test_a_photo_is_turned_in_its_clean_copy(empty, give, binh):
    (paper,) = give("anh.jpg", content=photo("red", (60, 40)))
    actions.turn_paper(paper, by=binh, at=NOW)
    work()
    assert image_of(paper).size == (40, 60)
    assert (paper.state, paper.turn, paper.turned) == (CheckState.CLEAN, 90, 90)


def test_a_clean_photo_is_turned_again_from_where_it_is(empty, give, binh):
    (paper,) = give("anh.jpg", content=photo("red", (60, 40)))
    for _ in range(2):
        work()
        actions.turn_paper(paper, by=binh, at=NOW)
    work()
    assert image_of(paper).size == (60, 40) and paper.turned == 180


def test_turned_while_the_worker_has_it_is_turned_once_more(empty, give, binh, monkeypatch):
    (paper,) = give("anh.jpg", content=photo("red", (60, 40)))
    whole = files.clean_copy

    def slow(*args):
        made = whole(*args)
        if Paper.objects.get().turn == 0:
            actions.turn_paper(paper, by=binh, at=NOW)
        return made

    monkeypatch.setattr(checking.files, "clean_copy", slow)
    work()
    assert image_of(paper).size == (40, 60) and paper.state == CheckState.CLEAN


def test_the_pages_of_a_pdf_are_turned(empty, give, binh):
    (paper,) = give("don.pdf")
    actions.turn_paper(paper, by=binh, at=NOW)
    work()
    paper.refresh_from_db()
    with files.open_private(paper.stored_name) as stored, pikepdf.open(stored) as pdf:
        assert pdf.pages[0].obj.Rotate == 90


def test_a_signed_pdf_keeps_its_bytes_and_says_so(empty, give, binh):
    signed = samples.signed_pdf()
    (paper,) = give("ky-so.pdf", content=signed)
    actions.turn_paper(paper, by=binh, at=NOW)
    work()
    paper.refresh_from_db()
    with files.open_private(paper.stored_name) as stored:
        assert stored.read() == signed
    assert (paper.state, paper.turn) == (CheckState.CLEAN, 0) and "không xoay" in paper.state_note


def test_a_clean_photo_that_cannot_be_turned_stays_clean(empty, give, binh, monkeypatch):
    (paper,) = give("anh.jpg", content=photo("red"))
    work()
    actions.turn_paper(paper, by=binh, at=NOW)

    def broken(*args):
        raise files.FileRefused("hỏng")

    monkeypatch.setattr(checking.files, "clean_copy", broken)
    work()
    paper.refresh_from_db()
    assert (paper.state, paper.turn, paper.turned) == (CheckState.CLEAN, 0, 0)


# Joining


def join(browser, dossier, need, *papers):
    chosen = {
        f"chon-{need.pk}": [str(paper.public_id) for paper in papers],
        "tep-gop": str(need.pk),
    }
    return browser.post(pages.url("filing-papers", dossier), chosen, follow=True)


def three(give):
    return [give(f"{c}.jpg", content=photo(c))[0] for c in ("red", "green", "blue")]


def test_photos_become_one_pdf_in_their_order(browser, empty, need, give):
    red, green, blue = three(give)
    join(browser, empty, need, blue, red)
    work()
    joined = empty.papers.current().get(origin=Origin.MERGED)
    assert (joined.state, joined.pages, joined.filename) == ("clean", 2, "red (gộp).pdf")
    with files.open_private(joined.stored_name) as stored, pikepdf.open(stored) as pdf:
        seen = [
            pikepdf.PdfImage(page.get_images()["/P"]).as_pil_image().getpixel((5, 5))
            for page in pdf.pages
        ]
    assert seen[0][0] > 200 and seen[1][2] > 200
    assert names(empty) == ["red (gộp).pdf", "green.jpg"]


def test_the_photos_come_back_when_the_joining_is_undone(browser, empty, need, give):
    red, green, _ = three(give)
    join(browser, empty, need, red, green)
    work()
    browser.post(pages.url("filing-papers", empty), {"hoan-tac": str(red.public_id)})
    assert names(empty) == ["red.jpg", "green.jpg", "blue.jpg"]


def test_a_bad_photo_gives_all_of_them_back(browser, empty, need, give):
    red, green, _ = three(give)
    join(browser, empty, need, red, green)
    Paper.objects.filter(pk=green.pk).update(state=CheckState.REFUSED, done_at=NOW)
    work()
    assert names(empty) == ["red.jpg", "green.jpg", "blue.jpg"]
    assert "Không gộp được" in pages.text_of(browser.get(pages.url("filing-papers", empty)))


def test_a_stale_button_takes_no_photo_out_of_what_is_joined(browser, empty, need, give):
    red, green, _ = three(give)
    join(browser, empty, need, red, green)
    stale = {"tep-go": str(red.public_id)}
    told = pages.text_of(browser.post(pages.url("filing-papers", empty), stale, follow=True))
    assert "Đã gỡ tệp" not in told and "đã được gỡ, thay hoặc gộp từ trước" in told
    Paper.objects.filter(pk=green.pk).update(state=CheckState.REFUSED, done_at=NOW)
    work()
    assert names(empty) == ["red.jpg", "green.jpg", "blue.jpg"]


def test_a_second_press_does_not_begin_the_day_of_the_undo_anew(draft, binh):
    paper = draft.papers.get()
    assert actions.remove_paper(paper, by=binh, at=NOW)
    assert not actions.remove_paper(paper, by=binh, at=NOW + timedelta(hours=5))
    assert draft.papers.get().removed_at == NOW


def test_one_photo_is_not_joined(browser, empty, need, give):
    red, *_ = three(give)
    assert "ít nhất hai ảnh" in pages.text_of(join(browser, empty, need, red))


def test_a_pdf_is_not_a_photo(browser, empty, need, give):
    red, *_ = three(give)
    (pdf,) = give("don.pdf")
    assert "Chỉ gộp được ảnh" in pages.text_of(join(browser, empty, need, red, pdf))


def test_a_transparent_png_is_laid_on_white(tmp_path):
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(tmp_path / "a.png")
    made = files.join_pictures([str(tmp_path / "a.png")], tmp_path / "b.pdf")
    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        picture = picture_on(pdf.pages[0])
    assert made.pages == 1 and picture.convert("L").getextrema()[0] > 250


# HEIC


def test_an_iphones_photo_becomes_a_jpeg(empty, give):
    (paper,) = give("IMG_1.HEIC", content=samples.heic())
    work()
    assert image_of(paper).format == "JPEG"
    assert (paper.filename, paper.mime) == ("IMG_1.jpg", "image/jpeg")


# Announced on paper


def test_how_the_original_will_come_is_kept_and_shown_to_the_desk(browser, draft, binh, lan):
    need = draft.case.requirements.get()
    browser.post(pages.url("filing-papers", draft), {f"ban-giay-{need.pk}": "post", "viec": "tiep"})
    assert "Gửi bản giấy qua bưu chính" in pages.text_of(
        browser.get(pages.url("filing-check", draft))
    )
    draft.refresh_from_db()
    actions.submit(draft, by=binh, at=NOW)
    page = pages.as_user(lan).get(pages.url("officer-dossier", draft))
    assert "công dân báo sẽ gửi bản giấy qua bưu chính" in pages.text_of(page)


@pytest.mark.parametrize(("key", "way"), [("999999", "desk"), ("own", "chuyen-phat"), ("own", "")])
def test_what_makes_no_sense_is_not_announced(draft, binh, key, way):
    key = str(draft.case.requirements.get().pk) if key == "own" else key
    saved = actions.announce_originals(draft, ways={key: way}, by=binh, at=NOW)
    assert saved.originals == {}
