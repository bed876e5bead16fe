"""Ticks on papers, private notes, opinions of other units."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Position
from dossiers import actions
from dossiers.audit import walk
from dossiers.models import Note, Opinion
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages

NOW = timezone.now


def show(user, dossier):
    return pages.at_desk(user).get(pages.address(dossier)).text


@pytest.fixture
def police(db):
    return factories.an_agency("000.00.20.H37", name="Công an phường Tân Sơn")


@pytest.fixture
def khanh(police):
    """Works at the unit that is asked."""
    return factories.an_officer("Trần Văn Khánh", "khanh@example.vn", "specialist", police)


@pytest.fixture
def asked(filed, lan, police):
    pages.accept(filed, lan)
    return actions.ask_opinion(
        filed, agency=police, question="Nơi cư trú đúng chưa?", papers=[filed.papers.get()],
        due_on=timezone.localdate() + timedelta(days=3), by=lan, at=NOW(),
    )  # fmt: skip


# --- Đối chiếu -------------------------------------------------------------------------------


def compare(user, dossier, **typed):
    paper = dossier.papers.get()
    address = reverse("officer-compare", args=[dossier.public_id, paper.public_id])
    return pages.at_desk(user).post(address, typed)


def test_lan_ticks_a_paper_and_her_name_stands_by_it(filed, lan):
    compare(lan, filed)
    assert "Hoàng Thị Lan đã đối chiếu lúc" in show(lan, filed)


def test_a_tick_can_be_taken_away(filed, lan):
    compare(lan, filed)
    compare(lan, filed, bo="1")
    assert "Đã đối chiếu với bản chính" in show(lan, filed)
    assert filed.papers.get().compared_by is None


def test_the_first_who_compared_stays(filed, lan):
    compare(lan, filed)
    agency = filed.receiving_agency
    other = factories.an_officer("Bế Thị Hoa", "hoa@example.vn", "reception", agency)
    compare(other, filed)
    assert filed.papers.get().compared_by == lan


def test_a_colleague_does_not_take_a_tick_away_but_a_leader_does(filed, lan, hung):
    agency = filed.receiving_agency
    other = factories.an_officer("Bế Thị Hoa", "hoa@example.vn", "reception", agency)
    compare(lan, filed)
    assert "Bỏ đánh dấu" in show(lan, filed) and "Bỏ đánh dấu" not in show(other, filed)
    compare(other, filed, bo="1")
    assert filed.papers.get().compared_by == lan
    compare(hung, filed, bo="1")
    assert filed.papers.get().compared_by is None


def test_who_runs_the_system_compares_nothing(filed, lan):
    tri = factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", filed.receiving_agency)
    assert "Đã đối chiếu với bản chính" not in show(tri, filed)
    compare(tri, filed)
    assert filed.papers.get().compared_at is None


def test_a_stranger_finds_nothing_to_tick(filed, stranger):
    assert compare(stranger, filed).status_code == 404


def test_who_files_does_not_compare_their_own(filed, binh):
    with pytest.raises(actions.MoveRefused):
        actions.compare_paper(filed.papers.get(), compared=True, by=binh, at=NOW())


def test_a_paper_replaced_meanwhile_is_not_ticked(filed, lan):
    filed.papers.update(removed_at=NOW())
    paper = filed.papers.get()
    with pytest.raises(actions.MoveRefused, match="đã được thay"):
        actions.compare_paper(paper, compared=True, by=lan, at=NOW())


def test_a_tick_without_a_name_is_refused_by_the_database(filed):
    with pytest.raises(IntegrityError), transaction.atomic():
        filed.papers.update(compared_at=NOW())


def ticks(dossier):
    told = dossier.events.filter(move__in=("compare", "uncompare")).order_by("seq")
    return [(event.move, event.by.full_name, event.data["file"]) for event in told]


def test_a_tick_and_its_taking_away_stand_in_the_history(filed, lan, hung):
    compare(lan, filed)
    compare(hung, filed, bo="1")
    name = filed.papers.get().filename
    assert ticks(filed) == [
        ("compare", "Hoàng Thị Lan", name),
        ("uncompare", hung.full_name, name),
    ]
    html = show(lan, filed)
    told = html[html.index("Quá trình xử lý") :]
    assert "Đánh dấu đã đối chiếu với bản chính" in told and "Bỏ đánh dấu đã đối chiếu" in told
    assert told.count(f"Tệp “{name}”.") == 2
    assert f"{hung.full_name} · Hệ thống" not in told


def test_pressed_twice_is_one_line(filed, lan):
    compare(lan, filed, bo="1")
    for typed in ({}, {}, {"bo": "1"}, {"bo": "1"}):
        compare(lan, filed, **typed)
    assert [one[0] for one in ticks(filed)] == ["compare", "uncompare"]


def test_a_tick_is_no_word_to_the_citizen_and_makes_no_page_stale(filed, lan, binh):
    before = (filed.revision, filed.heard_at)
    compare(lan, filed)
    filed.refresh_from_db()
    assert (filed.revision, filed.heard_at) == before
    page = pages.at_desk(binh).get(reverse("dossier", args=[filed.public_id]))
    assert "đối chiếu với bản chính" not in page.text


def test_the_ledger_holds_after_ticks(filed, lan):
    compare(lan, filed)
    compare(lan, filed, bo="1")
    assert list(walk.verify(walk.Report())) == []


# --- Ghi chú ---------------------------------------------------------------------------------


def write(user, dossier, text):
    return pages.at_desk(user).post(
        reverse("officer-note", args=[dossier.public_id]), {"text": text}
    )


def test_a_note_is_read_by_colleagues(filed, lan, hung):
    write(lan, filed, "Đã gọi điện,\nhẹn mang bản chính.")
    assert "Đã gọi điện,<br>hẹn mang bản chính." in show(hung, filed)


def test_the_citizen_never_reads_a_note(filed, lan, binh):
    write(lan, filed, "Nghi giấy giả.")
    page = pages.at_desk(binh).get(reverse("dossier", args=[filed.public_id]))
    assert page.status_code == 200
    assert "Nghi giấy giả" not in page.text


def test_a_double_click_writes_one_note(filed, lan):
    write(lan, filed, "Một lần.")
    write(lan, filed, "Một lần.")
    assert filed.notes.count() == 1


def test_an_empty_note_is_asked_for_again(filed, lan):
    answer = write(lan, filed, "   ")
    assert answer.status_code == 200
    assert "Hãy viết nội dung ghi chú." in answer.text


def test_a_note_taken_back_leaves_only_who_and_when(filed, lan):
    write(lan, filed, "Nhầm hồ sơ.")
    note = filed.notes.get()
    pages.at_desk(lan).post(reverse("officer-note-remove", args=[filed.public_id, note.pk]))
    html = show(lan, filed)
    assert "đã gỡ một ghi chú" in html
    assert "Nhầm hồ sơ" not in html


def test_nobody_takes_back_a_colleagues_note(filed, lan, hung):
    write(lan, filed, "Của Lan.")
    note = filed.notes.get()
    pages.at_desk(hung).post(reverse("officer-note-remove", args=[filed.public_id, note.pk]))
    assert Note.objects.standing().count() == 1


def test_an_officer_who_files_here_reads_no_note_about_themselves(lan, hung, service):
    own = factories.a_filed(lan, service)
    actions.write_note(own, text="Nghi ngờ giấy tờ giả.", by=hung, at=NOW())
    page = pages.at_desk(lan).get(pages.address(own))
    assert page.status_code == 403
    assert "Hồ sơ của tôi" in page.text and "Nghi ngờ" not in page.text


def test_a_stranger_writes_no_note(filed, stranger):
    assert write(stranger, filed, "Xin chào.").status_code == 404


# --- Ý kiến phối hợp -------------------------------------------------------------------------


def answer(user, opinion, text="Đúng nơi cư trú."):
    address = reverse("officer-opinion", args=[opinion.public_id])
    return pages.at_desk(user).post(address, {"answer": text})


def test_the_asked_unit_finds_the_question(asked, khanh):
    html = pages.at_desk(khanh).get(reverse("officer-opinions")).text
    assert asked.dossier.code in html and "Nơi cư trú đúng chưa?" in html


def test_the_asked_unit_reads_what_was_shown_to_it(asked, khanh):
    paper = asked.papers.get()
    page = pages.at_desk(khanh)
    html = page.get(reverse("officer-opinion", args=[asked.public_id])).text
    assert "Nguyễn Thị Ánh" in html
    file = reverse("officer-opinion-paper", args=[asked.public_id, paper.public_id])
    assert b"".join(page.get(file).streaming_content).startswith(b"%PDF")


def test_the_asked_unit_opens_nothing_else(asked, khanh):
    page, dossier = pages.at_desk(khanh), asked.dossier
    paper = asked.papers.get()
    asked.papers.clear()
    file = reverse("officer-opinion-paper", args=[asked.public_id, paper.public_id])
    assert page.get(file).status_code == 404
    assert page.get(reverse("paper", args=[paper.public_id])).status_code == 404
    assert page.get(pages.address(dossier)).status_code == 404


def test_the_answer_stands_on_the_dossier(asked, khanh, lan):
    answer(khanh, asked)
    html = show(lan, asked.dossier)
    assert "Đúng nơi cư trú." in html and "Cho ý kiến phối hợp" in html


def test_the_asked_unit_hears_of_it(khanh, asked):
    notice = Notice.objects.get(user=khanh)
    assert asked.dossier.code in notice.subject and "Nơi cư trú" not in notice.body


def test_who_asked_hears_of_the_answer(asked, khanh, lan):
    answer(khanh, asked)
    notice = Notice.objects.get(user=lan, kind="opinion")
    assert "Đã có ý kiến" in notice.subject


def test_a_unit_answers_once(asked, khanh):
    answer(khanh, asked)
    answer(khanh, asked, "Ý khác.")
    asked.refresh_from_db()
    assert asked.answer == "Đúng nơi cư trú."


def test_who_asks_cannot_answer_for_the_other(asked, lan):
    answer(lan, asked)
    asked.refresh_from_db()
    assert asked.waits


def test_nobody_gives_an_opinion_on_their_own_dossier(asked, binh, police):
    Position.objects.create(user=binh, agency=police, role="specialist")
    answer(binh, asked)
    asked.refresh_from_db()
    assert asked.waits


def test_what_is_no_longer_asked_is_closed_to_the_unit(asked, khanh, lan):
    paper = asked.papers.get()
    pages.at_desk(lan).post(reverse("officer-opinion-cancel", args=[asked.public_id]))
    page = pages.at_desk(khanh)
    file = reverse("officer-opinion-paper", args=[asked.public_id, paper.public_id])
    assert page.get(file).status_code == 404
    html = page.get(reverse("officer-opinion", args=[asked.public_id])).text
    assert "đã thôi xin ý kiến" in html and "Nguyễn Thị Ánh" not in html


def test_who_filed_reads_no_question_about_themselves(asked, binh, police):
    Position.objects.create(user=binh, agency=police, role="specialist")
    page = pages.at_desk(binh)
    assert page.get(reverse("officer-opinion", args=[asked.public_id])).status_code == 404
    assert "Nơi cư trú" not in page.get(reverse("officer-opinions")).text


def test_after_the_answer_the_unit_reads_only_question_and_answer(asked, khanh):
    paper = asked.papers.get()
    answer(khanh, asked)
    page = pages.at_desk(khanh)
    html = page.get(reverse("officer-opinion", args=[asked.public_id])).text
    assert "Nơi cư trú đúng chưa?" in html and "Đúng nơi cư trú." in html
    assert "Nguyễn Thị Ánh" not in html and "Giấy tờ gửi kèm" not in html
    file = reverse("officer-opinion-paper", args=[asked.public_id, paper.public_id])
    assert page.get(file).status_code == 404


def test_the_unit_reads_who_asked_not_where_the_dossier_lies_now(asked, khanh, lan, hung):
    actions.forward(asked.dossier, by=lan, at=NOW())
    page = pages.at_desk(khanh)
    for url in (reverse("officer-opinions"), reverse("officer-opinion", args=[asked.public_id])):
        html = page.get(url).text
        assert asked.dossier.receiving_agency.name in html
        assert asked.dossier.deciding_agency.name not in html


def test_a_third_office_sees_no_opinion(asked):
    far = factories.an_agency("000.00.99.H37", name="Ủy ban nhân dân xã Xa")
    hoa = factories.an_officer("Bế Thị Hoa", "hoa@example.vn", "reception", far)
    page = pages.at_desk(hoa)
    assert page.get(reverse("officer-opinion", args=[asked.public_id])).status_code == 404
    assert asked.dossier.code not in page.get(reverse("officer-opinions")).text


def test_the_same_unit_is_not_asked_twice_at_once(asked, lan, police):
    with pytest.raises(actions.AlreadyThere):
        actions.ask_opinion(
            asked.dossier, agency=police, question="Nữa?", papers=[],
            due_on=timezone.localdate(), by=lan, at=NOW(),
        )  # fmt: skip
    assert Opinion.objects.count() == 1


def test_ones_own_office_is_not_asked(filed, lan):
    with pytest.raises(actions.MoveRefused, match="đơn vị khác"):
        actions.ask_opinion(
            filed, agency=filed.receiving_agency, question="?", papers=[],
            due_on=timezone.localdate(), by=lan, at=NOW(),
        )  # fmt: skip


def test_the_form_keeps_what_was_typed(filed, lan, police):
    address = reverse("officer-ask-opinion", args=[filed.public_id])
    typed = {"agency": police.pk, "question": "Câu dài đã gõ.", "due_on": "2020-01-01"}
    html = pages.at_desk(lan).post(address, typed).text
    assert "Câu dài đã gõ." in html and "không thể đã qua" in html


def test_the_form_asks(filed, lan, police):
    address = reverse("officer-ask-opinion", args=[filed.public_id])
    soon = timezone.localdate() + timedelta(days=2)
    typed = {"agency": police.pk, "question": "Đúng chưa?", "due_on": soon.isoformat(),
             "papers": [filed.papers.get().pk]}  # fmt: skip
    pages.at_desk(lan).post(address, typed)
    assert list(Opinion.objects.get().papers.all()) == [filed.papers.get()]


def test_an_opinion_is_no_word_to_the_citizen(asked):
    """Nobody was told of it: the wait for news goes on."""
    dossier = asked.dossier
    before = dossier.heard_at
    dossier.refresh_from_db()
    assert dossier.heard_at == before


def test_the_citizen_reads_who_was_asked_but_not_what(asked, binh, khanh):
    answer(khanh, asked, "Có điều chưa rõ.")
    html = pages.at_desk(binh).get(reverse("dossier", args=[asked.dossier.public_id])).text
    assert "Đơn vị phối hợp đã cho ý kiến" in html and "Công an phường Tân Sơn" in html
    assert "Có điều chưa rõ." not in html


def test_who_only_takes_money_asks_nobody(filed, police):
    agency = filed.receiving_agency
    cashier = factories.an_officer("Bế Thị Hoa", "hoa@example.vn", "cashier", agency)
    with pytest.raises(actions.MoveRefused, match="xin ý kiến"):
        actions.ask_opinion(
            filed, agency=police, question="?", papers=[], due_on=timezone.localdate(),
            by=cashier, at=NOW(),
        )  # fmt: skip


def test_a_closed_dossier_asks_nobody(filed, lan, police):
    actions.refuse(filed, by=lan, at=NOW(), reason="Không thuộc thẩm quyền nơi đây.")
    with pytest.raises(actions.MoveRefused, match="trạng thái"):
        actions.ask_opinion(
            filed, agency=police, question="?", papers=[], due_on=timezone.localdate(),
            by=lan, at=NOW(),
        )  # fmt: skip
