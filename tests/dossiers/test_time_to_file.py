"""U09: how long filing takes by the keystroke model (three characters a second, 1.35 seconds of
thought a field, ten seconds a file; draft regulation on online public services, MOST 2025), and
whether the time told beforehand is within 30 % of it."""

import json
from typing import Any

import pytest
from django.conf import settings

from procedures import eforms
from procedures.eforms.sample import sample_answers
from procedures.general_form import GENERAL
from procedures.pages.estimates import A_PAPER, BESIDES
from tests import factories

SIGN, THINK, A_FILE = 1 / 3, 1.35, 10
CHOSEN = {"choice", "yes_no", "checks", "province", "ward"}
# What a checked account fills in by itself.
KNOWN = {
    "full_name": "Nguyễn Văn Bình",
    "phone": "0912345678",
    "email": "binh@example.vn",
    "citizen_id": "020090000123",
    "birth_date": "1990-01-01",
    "sex": "male",
    "address": {"province": "20", "ward": "06184", "detail": "Số 5"},
}
DEMO = settings.BASE_DIR / "procedures/demo"
FORMS = sorted(path.stem for path in (DEMO / "eforms").glob("*.json"))
# name of the demo's procedure: minutes at most (simple 3, medium 5, complex 8)
CLASSES = {"2.000829": 3, "2.000635": 5, "1.001193": 8, "1.013225": 8}


def definition(code: str) -> dict[str, Any]:
    path = DEMO / "eforms" / f"{code}.json"
    found = json.loads(path.read_text("utf-8")) if path.exists() else GENERAL
    return dict(found)


def leaves(node: Any, value: Any, known: Any) -> Any:
    """Every control with what stands in it, without those the account has filled in."""
    if node.is_table:
        for row in value:
            for part in node.parts:
                if part.key in row:
                    yield from leaves(part, row[part.key], None)
    elif node.parts and isinstance(value, dict):
        filled = known if isinstance(known, dict) else {}
        for part in node.parts:
            if part.key in value:
                yield from leaves(part, value[part.key], filled.get(part.key))
    elif not known:
        yield node, value


def keystrokes(code: str) -> float:
    """Seconds of typing every question of the first way through the form."""
    form = definition(code)
    answers, known = sample_answers(form), eforms.prefill(form, KNOWN)
    seconds = 0.0
    for _, node in eforms.parse(form).walk():
        if node.key in answers:
            for leaf, value in leaves(node, answers[node.key], known.get(node.key)):
                signs = 1 if leaf.type in CHOSEN else len(str(value))
                seconds += THINK + signs * SIGN
    return seconds


def papers(code: str) -> int:
    record = json.loads((DEMO / f"{code}.json").read_text("utf-8"))
    cases = record.get("cases") or []
    needs = [
        sum(
            need.get("online", "upload") == "upload" and need.get("mandatory", True)
            for need in case.get("requirements", [])
        )
        for case in cases
    ]
    return max(needs, default=0)


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    factories.a_ward()


@pytest.mark.parametrize("code", ["general", *FORMS])
def test_the_estimate_is_within_30_percent_of_the_keystrokes(code: str) -> None:
    said = eforms.typing_seconds(definition(code))
    assert 0.7 <= said / keystrokes(code) <= 1.3


@pytest.mark.parametrize(("code", "minutes"), CLASSES.items())
def test_filing_takes_no_longer_than_its_class_allows(code: str, minutes: int) -> None:
    # Who files, the way of return and the last check: ten controls filled in beforehand, each
    # looked at, and a dozen characters typed.
    beside = 10 * THINK + 12 * SIGN
    assert (keystrokes(code) + papers(code) * A_FILE + beside) / 60 < minutes


def test_the_constants_of_the_estimate_are_those_of_the_model() -> None:
    assert (A_PAPER, BESIDES) == (A_FILE, 30)
