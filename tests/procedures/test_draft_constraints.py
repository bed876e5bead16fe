"""The database agrees: drafts it refuses whoever writes them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from procedures.models import Draft, DraftChange, DraftEvent
from tests.factories import MORNING
from tests.procedures.drafts import TODAY, a_new_draft, a_published

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cuc, dung) -> dict[str, Any]:
    return {"cuc": cuc, "dung": dung}


def write(draft: Draft, **fields: Any) -> None:
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(**fields)


def whole(people) -> dict[str, Any]:
    """Of a draft that was published."""
    procedure = a_published(code="1.004884")
    return {
        "state": "published",
        "procedure": procedure,
        "version": procedure.current,
        "submitted_at": MORNING,
        "submitted_by": people["cuc"],
        "reviewed_at": MORNING,
        "reviewed_by": people["dung"],
        "publish_on": TODAY,
    }


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("draft_state_known", {"state": "lost"}),
        ("draft_state_known", {"kind": "rumour"}),
        ("draft_submitted_has_time", {"submitted_at": None}),
        ("draft_approved_has_time", {"reviewed_at": None}),
        ("draft_approved_by_two", {"reviewed_by": None}),
        ("draft_approved_by_two", {"submitted_by": None}),
        ("draft_approved_has_day", {"state": "approved", "publish_on": None}),
        ("draft_published_has_version", {"version": None}),
        ("draft_published_has_version", {"procedure": None}),
        ("draft_retirement_has_decision", {"kind": "retirement", "decision_no": ""}),
    ],
)
def test_half_a_step_is_refused(people, name, change) -> None:
    draft = a_new_draft(people["cuc"])
    fields = whole(people)
    write(draft, **fields)
    with pytest.raises(IntegrityError, match=name):
        write(draft, **change)


def test_the_reviewer_is_another_person(people) -> None:
    draft = a_new_draft(people["cuc"])
    with pytest.raises(IntegrityError, match="draft_second_person"):
        write(draft, **whole(people) | {"reviewed_by": people["cuc"]})


def test_nothing_is_replaced_by_itself(people) -> None:
    procedure = a_published(code="1.004884")
    with pytest.raises(IntegrityError, match="draft_not_replaced_by_itself"):
        write(a_new_draft(people["cuc"]), procedure=procedure, replaced_by=procedure)


def test_a_code_has_one_open_draft(people) -> None:
    first, second = a_new_draft(people["cuc"]), a_new_draft(people["cuc"], code="1.004884")
    with pytest.raises(IntegrityError, match=r"draft_open_once|procedures_draft\.code"):
        write(second, code=first.code)
    write(first, state="discarded")
    write(second, code=first.code)


def test_a_step_of_the_journal_is_there_once(people) -> None:
    draft = a_new_draft(people["cuc"])
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftChange.objects.create(draft=draft, number=1, record={}, at=MORNING)


def test_an_event_is_one_of_the_list(people) -> None:
    draft = a_new_draft(people["cuc"])
    with pytest.raises(IntegrityError, match="draft_event_step_known"), transaction.atomic():
        DraftEvent.objects.create(draft=draft, step="dreamt", at=MORNING)
