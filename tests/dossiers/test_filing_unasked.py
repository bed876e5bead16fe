"""Papers whose place is not asked any more: they neither block a filing nor go along unseen."""

import pytest

from accounts.models import User
from dossiers import actions
from dossiers.models import CheckState, Dossier, Paper
from procedures.models import ProcedureCase
from tests import factories
from tests.factories import MORNING, an_upload

STATES = [CheckState.INFECTED, CheckState.REFUSED, CheckState.CLEAN]
EFORM = {
    "title": "Tờ khai có tệp",
    "form_no": "",
    "source": "",
    "sections": [
        {
            "key": "chung",
            "title": "Nội dung",
            "fields": [
                {"key": "ho_ten_con", "type": "text", "label": "Họ tên con", "required": True},
                {"key": "ghi_chu", "type": "text", "label": "Ghi chú"},
                {
                    "key": "anh_the",
                    "type": "file",
                    "label": "Ảnh thẻ",
                    "show_if": {"field": "ghi_chu", "filled": True},
                },
            ],
        }
    ],
}


def of_another_case(draft: Dossier, binh: User) -> Paper:
    other = ProcedureCase.objects.create(
        version=draft.version, key="khac", name="Trường hợp khác", order=9
    )
    need = draft.case.requirements.get()
    need.pk, need.case = None, other
    need.save()
    first = draft.case
    actions.choose_case(draft, case=other, by=binh, at=MORNING)
    paper = actions.attach_paper(
        draft, upload=an_upload("khac.pdf"), requirement=need, by=binh, at=MORNING
    )
    actions.choose_case(draft, case=first, by=binh, at=MORNING)
    return paper


def of_a_right_that_is_none(draft: Dossier, binh: User) -> Paper:
    name = {"name": draft.owner_name, "citizen_id": draft.owner_citizen_id, "phone": "0912345678"}
    actions.file_for(draft, whom="other", by=binh, at=MORNING)
    paper = actions.attach_paper(
        draft, upload=an_upload("uy-quyen.pdf"), field_key=actions.AUTHORITY, by=binh, at=MORNING
    )
    actions.file_for(draft, whom="self", by=binh, at=MORNING)
    actions.save_owner(draft, by=binh, at=MORNING, email="", address="Đồng Đăng", **name)
    return paper


def of_a_hidden_question(draft: Dossier, binh: User) -> Paper:
    type(draft.version).objects.filter(pk=draft.version_id).update(eform=EFORM)
    actions.save_answers(draft, answers={"ghi_chu": "Có ảnh"}, by=binh, at=MORNING)
    paper = actions.attach_paper(
        draft, upload=an_upload("anh.pdf"), field_key="anh_the", by=binh, at=MORNING
    )
    actions.save_answers(draft, answers={"ghi_chu": None}, by=binh, at=MORNING)
    return paper


WAYS = [of_another_case, of_a_right_that_is_none, of_a_hidden_question]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", WAYS)
def test_it_does_not_block_and_is_not_filed(draft, binh, lan, way, state) -> None:
    factories.mark_clean(draft)
    there = draft.papers.get()
    paper = way(draft, binh)
    Paper.objects.filter(pk=paper.pk).update(state=state)
    filed = actions.submit(Dossier.objects.get(pk=draft.pk), by=binh, at=MORNING)
    assert filed.papers.current().get() == there
    paper.refresh_from_db()
    assert paper.removed_at == MORNING


@pytest.mark.parametrize("state", STATES[:2])
def test_asked_it_blocks(draft, binh, state) -> None:
    draft.papers.update(state=state)
    with pytest.raises(actions.Incomplete, match="không dùng được"):
        actions.submit(draft, by=binh, at=MORNING)


def test_a_shown_question_keeps_its_file(draft, binh) -> None:
    paper = of_a_hidden_question(draft, binh)
    actions.save_answers(draft, answers={"ghi_chu": "Có ảnh"}, by=binh, at=MORNING)
    filed = actions.submit(Dossier.objects.get(pk=draft.pk), by=binh, at=MORNING)
    assert paper in filed.papers.current()
