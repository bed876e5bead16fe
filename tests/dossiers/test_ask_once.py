"""U11: within one filing nothing is asked twice. What the account, the first step or an earlier
page of the declaration holds stands in its place already, and can be changed there."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User
from dossiers.forms.contact import return_form
from dossiers.forms.prefill import filled_in, known_about
from dossiers.models import Dossier, FiledFor
from dossiers.sections import parts_of
from procedures import eforms
from procedures.eforms.nodes import Node
from procedures.eforms.sample import sample_answers
from procedures.general_form import GENERAL
from tests import factories

DEMO = settings.BASE_DIR / "procedures/demo/eforms"
FORMS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DEMO.glob("*.json"))}
FORMS["general"] = GENERAL
HOME = {"province": "20", "ward": "06184", "detail": "Số 5, khu Nam Quan"}
LINE = "Số 5, khu Nam Quan, Xã Đồng Đăng, Tỉnh Lạng Sơn"


@pytest.fixture
def known(binh: User) -> User:
    binh.ward, binh.street = factories.a_ward(), HOME["detail"]
    binh.birth_date, binh.sex = date(1990, 5, 12), "male"
    binh.save()
    return binh


@pytest.fixture
def draft(known: User) -> Dossier:
    return factories.a_draft(known, factories.a_service())


def meanings(node: Node, value: Any) -> Iterator[tuple[str, bool]]:
    """What a question means to the owner ("user.phone"), and whether something stands in it."""
    if node.type == "person":
        given = value if isinstance(value, dict) else {}
        for part in node.parts:
            yield from meanings(part, given.get(part.key))
    elif node.prefill.startswith("user."):
        whole = all(value.get(part.key) for part in node.parts) if node.parts and value else value
        yield node.prefill, bool(whole)


def asked_again(form: dict[str, Any], draft: Dossier, held: set[str]) -> list[str]:
    """Walks the declaration page by page as the wizard does, answering each (sample answers where
    nothing stands); the questions shown empty though their meaning was `held` by then."""
    tree, said = eforms.parse(form), sample_answers(form)
    version = draft.version
    version.eform, again, seen = form, [], set()
    while left := [one for one in parts_of(form, draft.answers) if one.address not in seen]:
        keys = frozenset(n.key for s, n in tree.walk() if s.key in left[0].sections)
        shown = draft.answers | filled_in(form, draft.answers, known_about(draft), keys)
        visible = eforms.drop_hidden(form, shown | {k: said[k] for k in keys & said.keys()})
        for key in (key for key in tree.nodes if key in keys and key in visible):
            for meaning, there in meanings(tree.nodes[key], shown.get(key)):
                again += [f"{key}: {meaning}"] if meaning in held and not there else []
        draft.answers = {k: shown.get(k, visible[k]) for k in visible}
        held |= {f"user.{name}" for name in eforms.told(form, draft.answers)}
        seen.add(left[0].address)
    return again


SELF = {"full_name", "citizen_id", "phone", "email", "address", "birth_date", "sex"}


@pytest.mark.parametrize("code", FORMS)
def test_what_the_account_holds_is_never_asked_empty(draft, code):
    assert asked_again(FORMS[code], draft, {f"user.{name}" for name in SELF}) == []


@pytest.mark.parametrize("code", FORMS)
def test_what_an_unchecked_person_told_the_first_step_is_not_asked_again(stranger, code):
    """Nothing in the account: it was typed in this very filing."""
    draft = factories.a_draft(stranger, factories.a_service())
    draft.owner_citizen_id, draft.owner_phone = "020090000123", "0912345678"
    draft.owner_email, draft.owner_address = "la@example.vn", LINE
    held = {f"user.{name}" for name in SELF - {"birth_date", "sex"}}
    assert asked_again(FORMS[code], draft, held) == []


@pytest.mark.parametrize("code", FORMS)
def test_what_was_said_of_another_owner_is_not_asked_again(draft, code):
    draft.filed_for, draft.owner_name = FiledFor.OTHER, "Trần Thị Hoa"
    draft.owner_citizen_id, draft.owner_phone = "020195000456", "0987654321"
    draft.owner_email, draft.owner_address = "hoa@example.vn", LINE
    held = {f"user.{name}" for name in SELF - {"birth_date", "sex"}}
    assert asked_again(FORMS[code], draft, held) == []


@pytest.mark.parametrize("code", FORMS)
def test_the_guard_of_the_three_tests_above_sees_a_form_that_asks_twice(draft, code, monkeypatch):
    """Their twin: without what is known, every form that asks about the owner is caught."""
    monkeypatch.setattr("tests.dossiers.test_ask_once.known_about", lambda draft: {})
    about = [m for _, node in eforms.parse(FORMS[code]).walk() for m in meanings(node, None)]
    caught = asked_again(FORMS[code], draft, {f"user.{name}" for name in SELF})
    assert bool(caught) == bool(about)


def test_an_answer_of_one_page_fills_the_same_question_of_the_next(draft, known):
    known.birth_date = None
    fields = [{"key": f"o_{n}", "type": "text", "label": f"Ô {n}"} for n in range(15)]
    born = {"type": "date", "label": "Ngày sinh", "prefill": "user.birth_date"}
    form = {
        "title": "Hai trang",
        "sections": [
            {"key": "mot", "title": "Một", "fields": [born | {"key": "sinh"}, *fields]},
            {"key": "hai", "title": "Hai", "fields": [born | {"key": "ngay"}]},
        ],
    }
    draft.version.eform, draft.answers = form, {"sinh": "1991-02-03"}
    keys = frozenset({"ngay"})
    assert filled_in(form, draft.answers, known_about(draft), keys) == {"ngay": "1991-02-03"}


def test_the_post_is_told_the_home_that_the_declaration_told(stranger):
    factories.a_ward()
    draft = factories.a_draft(stranger, factories.a_service(factories.a_procedure(eform=GENERAL)))
    draft.answers = {"nguoi_nop": {"full_name": "Người Lạ", "residence": HOME}}
    assert return_form(draft, ["desk", "post"]).stored["noi_nhan"] == HOME


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (LINE, HOME),
        ("Số 5, khu Nam Quan, Đồng Đăng, Lạng Sơn", HOME),
        ("thôn 3, xã dong dang, tinh lang son", HOME | {"detail": "thôn 3"}),
        ("Số 1, xã Không Có, tỉnh Lạng Sơn", {"province": "20", "detail": "Số 1, xã Không Có"}),
        ("Số 1, đường nào đó", {"detail": "Số 1, đường nào đó"}),
        ("Tỉnh Lạng Sơn", {"province": "20"}),
        (" , ,", {"detail": " , ,"}),
    ],
)
def test_an_address_on_one_line_is_taken_apart(draft, line, place):
    form = {
        "title": "Nơi ở",
        "sections": [
            {"key": "a", "title": "A", "fields": [
                {"key": "o", "type": "address", "label": "Ở", "prefill": "user.address"}]},
        ],
    }  # fmt: skip
    assert eforms.prefill(form, {"address": line}) == {"o": place}
