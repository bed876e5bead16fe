"""R13: autosave, filing, the officer's requests and the look-up in any order: tests.faults.
draft_machine. With threads, on PostgreSQL: tests/dossiers/test_drafts_race.py."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from dossiers.actions import autosaving
from tests import factories
from tests.faults.draft_machine import OneDossier

FEW, MANY, PARTS = 12, 200, 10  # runs; ten times 200 are the long form
PRESSES = 16  # of each run


@pytest.fixture
def model(binh, service):
    draft = factories.a_full_draft(binh, service)
    factories.mark_clean(draft)
    return draft


def run(runs, service, model, lan):
    how = settings(
        max_examples=runs, stateful_step_count=PRESSES, deadline=None, database=None,
        derandomize=runs < MANY, report_multiple_bugs=False, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(lambda: OneDossier(service, model, lan), settings=how)


def test_in_any_order_nothing_told_saved_is_lost(service, model, lan):
    run(FEW, service, model, lan)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_times_nothing_told_saved_is_lost(part, service, model, lan):
    run(MANY, service, model, lan)


def test_twin_without_the_mark_one_tab_writes_over_the_other(service, model, lan, monkeypatch):
    monkeypatch.setattr(autosaving, "is_own", lambda *args: True)
    monkeypatch.setattr(autosaving, "comes_late", lambda *args: False)
    with pytest.raises(AssertionError, match="200, not 409"):
        run(FEW, service, model, lan)
