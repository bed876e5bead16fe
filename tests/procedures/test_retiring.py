"""Taking procedures out of force, and back: a second person there too."""

from datetime import timedelta

import pytest

from procedures import actions
from procedures.models import ProcedureVersion
from tests.factories import MORNING, a_person
from tests.procedures.drafts import (
    LATER,
    TODAY,
    a_changed_draft,
    a_new_draft,
    a_published,
    approved,
    submitted,
)

pytestmark = pytest.mark.django_db


def a_retirement(by, **kw):
    procedure = a_published()
    return actions.start_retirement(procedure, by=by, at=MORNING, decision_no="2/QĐ-UBND", **kw)


def test_a_second_person_retires_too(cuc, dung) -> None:
    other = a_published(code="1.004884")
    draft = approved(submitted(a_retirement(cuc, replaced_by=other), cuc), dung, TODAY)
    procedure = draft.procedure
    procedure.refresh_from_db()
    assert (procedure.current, procedure.retired_on, procedure.replaced_by) == (None, TODAY, other)
    assert procedure.retired_by_decision == "2/QĐ-UBND"
    assert ProcedureVersion.objects.get(pk=draft.version_id).effective_to == TODAY


def test_a_retirement_waits_for_its_day(cuc, dung) -> None:
    draft = approved(submitted(a_retirement(cuc), cuc), dung)
    assert draft.procedure.current
    assert actions.publish_due(at=MORNING + timedelta(days=7)) == 1


def test_a_retirement_needs_a_decision(cuc) -> None:
    with pytest.raises(actions.DraftRefused, match="số quyết định bãi bỏ"):
        actions.start_retirement(a_published(), by=cuc, at=MORNING, decision_no=" ")


def test_what_is_retired_is_not_retired_again(cuc) -> None:
    procedure = a_published()
    actions.retire(procedure, at=MORNING, decision_no="2/QĐ-UBND")
    procedure.refresh_from_db()
    with pytest.raises(actions.DraftRefused, match="không còn phiên bản áp dụng"):
        actions.start_retirement(procedure, by=cuc, at=MORNING, decision_no="3/QĐ-UBND")


def test_nothing_replaces_itself(cuc) -> None:
    procedure = a_published()
    with pytest.raises(actions.DraftRefused, match="thay bằng chính nó"):
        actions.start_retirement(
            procedure, by=cuc, at=MORNING, decision_no="2/QĐ", replaced_by=procedure
        )


def test_what_is_retired_replaces_nothing(cuc) -> None:
    other = a_published(code="1.004884")
    actions.retire(other, at=MORNING, decision_no="1/QĐ-UBND")
    other.refresh_from_db()
    with pytest.raises(actions.DraftRefused, match=r"1\.004884 không còn phiên bản"):
        a_retirement(cuc, replaced_by=other)


def test_a_replacement_retired_meanwhile_sends_the_retirement_back(cuc, dung) -> None:
    other = a_published(code="1.004884")
    draft = approved(submitted(a_retirement(cuc, replaced_by=other), cuc), dung)
    actions.retire(other, at=LATER, decision_no="1/QĐ-UBND")
    actions.publish_due(at=MORNING + timedelta(days=7))
    draft.refresh_from_db()
    assert draft.problem == "Thủ tục thay thế 1.004884 không còn phiên bản áp dụng."
    assert draft.procedure.current


def test_a_procedure_being_written_is_not_retired_beside_it(cuc, dung) -> None:
    draft = a_changed_draft(cuc)
    with pytest.raises(actions.DraftRefused, match="đang có một bản soạn khác"):
        actions.start_retirement(draft.procedure, by=dung, at=MORNING, decision_no="2/QĐ")


def test_a_retired_procedure_comes_back_by_a_draft(cuc, dung) -> None:
    procedure = a_published()
    actions.retire(procedure, at=MORNING, decision_no="2/QĐ-UBND")
    procedure.refresh_from_db()
    version = approved(submitted(a_changed_draft(cuc, procedure), cuc), dung, TODAY).version
    procedure.refresh_from_db()
    assert (procedure.current, procedure.retired_on, version.number) == (version, None, 2)


def test_a_strangers_yes_counts_for_nothing(cuc) -> None:
    with pytest.raises(actions.DraftRefused, match="Chỉ người biên tập"):
        approved(submitted(a_new_draft(cuc), cuc), a_person("Người Lạ", "la@example.vn"))
