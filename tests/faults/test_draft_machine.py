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


def test_the_whole_way_from_two_tabs_to_the_look_up(service, model, lan):
    """Each rule once, whatever chance would have drawn."""
    one = OneDossier(service, model, lan)
    steps = [
        lambda: one.type_in_tab("a", "Nguyễn Thị Ánh", ""),
        lambda: one.type_in_tab("b", "Trần Văn Bê", ""),
        lambda: one.send_again_as_if_the_answer_was_lost("a"),
        lambda: one.read_anew("b"),
        one.read_the_check_page,
        lambda: one.submit(0),
        one.officer_accepts,
        lambda: one.officer_asks("ghi_chu"),
        lambda: one.citizen_types_an_answer("", "Ghi chú một"),
        lambda: one.citizen_sends_it("", "Ghi chú “hai”"),
        one.officer_is_content,
        lambda: one.look_up(True),
    ]
    for step in steps:
        step()
        one.nothing_told_saved_is_lost_and_nothing_else_came()
    assert one.filed and one.row.answers["ghi_chu"] == "Ghi chú “hai”"


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_times_nothing_told_saved_is_lost(part, service, model, lan):
    run(MANY, service, model, lan)


def test_twin_without_the_mark_one_tab_writes_over_the_other(service, model, lan, monkeypatch):
    monkeypatch.setattr(autosaving, "is_own", lambda *args: True)
    monkeypatch.setattr(autosaving, "comes_late", lambda *args: False)
    with pytest.raises(AssertionError, match="200, not 409"):
        run(FEW, service, model, lan)
