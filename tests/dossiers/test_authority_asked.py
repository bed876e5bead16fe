"""The authority paper of who files for another is asked for anew like any other paper."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions import AUTHORITY, Gap
from dossiers.models import Dossier
from procedures.models import Service
from tests import factories
from tests.dossiers import officer_pages as desk
from tests.dossiers import places, tus_client
from tests.dossiers import wizard_pages as pages
from tests.factories import MORNING, an_upload

TICK, WHY = "giay_uy_quyen", "vi_giay_uy_quyen"
REASON = "Ảnh chụp mờ, không đọc được."


@pytest.fixture
def for_lua(binh: User, service: Service) -> Dossier:
    """Bình has filed for Lụa, by an authority paper nobody can read."""
    draft = places.for_lua(factories.a_full_draft(binh, service), binh)
    upload = an_upload("uy-quyen-mo.pdf")
    actions.attach_paper(draft, upload=upload, field_key=AUTHORITY, by=binh, at=MORNING)
    filed = actions.submit(draft, by=binh, at=MORNING)
    factories.mark_clean(filed)
    return filed


@pytest.fixture
def asked(for_lua: Dossier, lan: User) -> Dossier:
    typed = {TICK: "on", WHY: REASON, "reason": "Giấy ủy quyền chưa rõ."}
    desk.press(desk.at_desk(lan), for_lua, "ask", **typed)
    for_lua.refresh_from_db()
    return for_lua


def page(dossier: Dossier) -> str:
    return reverse("answer-additions", args=[dossier.public_id])


def send(asked: Dossier, binh: User):
    sent = {places.AUTHORITY: an_upload("uy-quyen-ro.pdf"), "_gui": "1"}
    answer = pages.as_user(binh).post(page(asked), sent)
    factories.mark_clean(asked)
    asked.refresh_from_db()
    return answer


def test_lan_finds_it_in_her_list_and_opens_it_beside(for_lua, lan):
    html = desk.at_desk(lan).get(desk.address(for_lua, "ask")).text
    paper = for_lua.papers.get(field_key=AUTHORITY)
    assert "Giấy ủy quyền hoặc giấy tờ chứng minh quyền đại diện" in html
    link = f'<a href="{reverse("paper", args=[paper.public_id])}" target="_blank"'
    assert link in html


def test_who_files_for_themselves_gave_none_to_ask_for(filed, lan):
    assert TICK not in desk.at_desk(lan).get(desk.address(filed, "ask")).text


def test_she_pins_it_with_its_reason(asked):
    item = asked.rounds.get().deficiencies.get()
    assert (item.field_key, item.requirement, item.reason) == (AUTHORITY, None, REASON)


def test_binh_reads_why_beside_what_he_gave(asked, binh):
    html = pages.as_user(binh).get(page(asked)).text
    assert REASON in html and "uy-quyen-mo.pdf" in html and f'name="{places.AUTHORITY}"' in html


def test_the_new_one_takes_its_place_and_the_old_one_is_kept(asked, binh):
    before = asked.answers
    send(asked, binh)
    old, new = asked.papers.filter(field_key=AUTHORITY).order_by("pk")
    assert (old.superseded_by, new.filename) == (new, "uy-quyen-ro.pdf")
    assert asked.additions_answered and asked.answers == before


def test_lan_sees_both_side_by_side(asked, binh, lan):
    send(asked, binh)
    html = desk.at_desk(lan).get(desk.address(asked, "complete")).text
    assert "đã đổi" in html and "uy-quyen-mo.pdf" in html and "uy-quyen-ro.pdf" in html


def test_without_a_new_one_nothing_is_sent(asked, binh):
    html = pages.as_user(binh).post(page(asked), {"_gui": "1"}).text
    assert "Còn thiếu: Giấy ủy quyền" in html
    asked.refresh_from_db()
    assert not asked.additions_answered


def test_it_comes_in_pieces_too(asked, binh):
    answer = tus_client.create(pages.as_user(binh), asked, 500, place=places.AUTHORITY)
    assert answer.status_code == 201


def test_where_it_was_not_asked_for_it_cannot_change(for_lua, binh, lan):
    desk.ask(for_lua, lan)
    answer = tus_client.create(pages.as_user(binh), for_lua, 500, place=places.AUTHORITY)
    assert answer.status_code == 422
    with pytest.raises(actions.MoveRefused, match="không yêu cầu"):
        actions.attach_paper(
            for_lua, upload=an_upload(), field_key=AUTHORITY, by=binh, at=timezone.now()
        )


def test_nothing_else_changes_where_only_it_was_asked_for(asked, binh):
    need = asked.case.requirements.first()
    with pytest.raises(actions.MoveRefused, match="không yêu cầu"):
        actions.attach_paper(asked, upload=an_upload(), requirement=need, by=binh, at=MORNING)


def test_it_is_no_answer_of_the_declaration(asked, binh):
    said = {AUTHORITY: "lời", "ho_ten_con": "Khác"}
    saved = actions.save_additions(asked, answers=said, note="", by=binh, at=timezone.now())
    assert saved.answers_draft == {}


def test_a_leader_lets_it_out_as_it_was_drafted(for_lua, lan, hung, binh):
    """A draft keeps where each thing belongs."""
    desk.ask(for_lua, lan)
    desk.answer(for_lua, binh)
    gap = Gap("Giấy ủy quyền", REASON, field_key=AUTHORITY)
    draft = actions.Draft("return_additions", "Giấy ủy quyền vẫn mờ.", (gap,))
    waiting = actions.propose(for_lua, draft, by=lan, at=timezone.now())
    actions.decide(waiting, approved=True, by=hung, at=timezone.now())
    assert for_lua.rounds.get(completed_at=None).deficiencies.get().field_key == AUTHORITY


def test_every_scan_on_the_list_can_be_looked_at(filed, lan):
    paper = filed.papers.get()
    html = desk.at_desk(lan).get(desk.address(filed, "ask")).text
    assert f'href="{reverse("paper", args=[paper.public_id])}" target="_blank"' in html


def test_what_is_not_checked_yet_is_named_only(filed, lan):
    paper = filed.papers.get()
    filed.papers.update(state="pending")
    html = desk.at_desk(lan).get(desk.address(filed, "ask")).text
    assert reverse("paper", args=[paper.public_id]) not in html
    assert f"{paper.filename} <span" in html and "đang kiểm tra; chưa mở được" in html
