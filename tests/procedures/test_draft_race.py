"""Two people press at the same moment (PostgreSQL's row locks decide)."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from procedures import actions
from procedures.actions import draft_rows, reviewing
from procedures.models import Draft, DraftEvent, ProcedureVersion
from tests.factories import MORNING, an_editor
from tests.procedures.drafts import TODAY, a_changed_draft, a_new_draft, approved, submitted
from tests.procedures.records import a_record

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job returned or raised, all started in the same moment."""
    together, got = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], Any]) -> None:
        try:
            together.wait(10)
            got.append(job())
        except Exception as error:
            got.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return got


def two_saves(shown: Draft, cuc, dung) -> list[Any]:
    """Both saw the same page and changed the same sentence."""

    def save(by, words: str) -> Callable[[], Draft]:
        return lambda: actions.save_draft(
            shown, revision=shown.revision, by=by, at=MORNING, record={"summary": words}
        )

    return at_once(save(cuc, "Lời của Cúc."), save(dung, "Lời của Dũng."))


def test_of_two_who_save_one_is_told(cuc, dung) -> None:
    for number in range(5):
        shown = a_new_draft(cuc, code=f"7.00000{number}")
        got = two_saves(shown, cuc, dung)
        told = [one for one in got if isinstance(one, actions.Conflict)]
        kept = [one for one in got if isinstance(one, Draft)]
        assert (len(told), len(kept)) == (1, 1)
        shown.refresh_from_db()
        assert shown.record["summary"] == kept[0].record["summary"]


def test_without_the_look_at_the_revision_a_change_is_lost(cuc, dung, monkeypatch) -> None:
    """The twin: both are told that their words are saved, and one of them is wrong."""
    monkeypatch.setattr(draft_rows, "_refuse_old_page", lambda draft, revision: None)
    shown = a_new_draft(cuc)
    got = two_saves(shown, cuc, dung)
    shown.refresh_from_db()
    told_saved = {one.record["summary"] for one in got}
    lost = told_saved - {shown.record["summary"]}
    assert told_saved == {"Lời của Cúc.", "Lời của Dũng."}
    assert len(lost) == 1


def test_two_who_approve_publish_one_version(cuc, dung) -> None:
    manh = an_editor("Lục Văn Mạnh", "manh@example.vn")
    for number in range(5):
        draft = submitted(a_new_draft(cuc, code=f"7.00000{number}"), cuc)
        got = at_once(*(partial(approved, draft, by, TODAY) for by in (dung, manh)))
        assert sum(isinstance(one, actions.Conflict) for one in got) == 1
    assert ProcedureVersion.objects.count() == 5
    assert DraftEvent.objects.filter(step="published").count() == 5


def test_beat_twice_at_once_publishes_one_version(cuc, dung) -> None:
    approved(submitted(a_new_draft(cuc), cuc), dung)
    tomorrow = MORNING.replace(day=17)
    got = at_once(*(lambda: actions.publish_due(at=tomorrow) for _ in range(4)))
    assert sorted(got) == [0, 0, 0, 1]
    assert ProcedureVersion.objects.count() == 1


def test_two_who_begin_write_in_one_draft(cuc, dung) -> None:
    procedure = a_changed_draft(cuc, code="1.001193").procedure
    Draft.objects.all().delete()
    got = at_once(
        *(partial(actions.open_draft, procedure, by=by, at=MORNING) for by in (cuc, dung))
    )
    refused = [one for one in got if isinstance(one, actions.DraftRefused)]
    assert Draft.objects.open().count() == 1
    assert len(refused) + len({one.pk for one in got if isinstance(one, Draft)}) in (1, 2)


def an_import_between(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> str:
    """An import of the same procedure just when the draft is being put in force; the
    conditions that hold afterwards."""
    imported = threading.Event()

    def bring() -> None:
        other = a_record(conditions="Từ tệp nhập.")
        try:
            actions.publish(other, by=None, at=MORNING)
            imported.set()
        finally:
            connection.close()

    real, thread = reviewing._put_in_force, threading.Thread(target=bring)

    def slowly(*args: Any) -> None:
        thread.start()
        imported.wait(1)
        real(*args)

    monkeypatch.setattr(reviewing, "_put_in_force", slowly)
    actions.publish_draft(draft, at=MORNING.replace(day=17))
    thread.join(30)
    draft.procedure.refresh_from_db()
    return str(draft.procedure.current.conditions)


def test_an_import_waits_for_the_draft_that_is_being_published(cuc, dung, monkeypatch) -> None:
    draft = approved(submitted(a_changed_draft(cuc), cuc), dung)
    assert an_import_between(draft, monkeypatch) == "Từ tệp nhập."


def test_without_the_procedures_lock_the_import_is_lost(cuc, dung, monkeypatch) -> None:
    """The twin: the import comes in between and is overwritten though nobody saw it."""
    draft = approved(submitted(a_changed_draft(cuc), cuc), dung)
    monkeypatch.setattr(reviewing, "in_force", lambda draft, lock=False: draft_rows.in_force(draft))
    assert an_import_between(draft, monkeypatch) == "Không có yêu cầu, điều kiện."
    assert ProcedureVersion.objects.filter(conditions="Từ tệp nhập.").exists()
