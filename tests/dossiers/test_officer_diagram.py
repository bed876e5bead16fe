"""docs/dossier-states.md is what MOVES says."""

import pytest
from django.core.management import CommandError, call_command

from dossiers.management.commands import draw_workflow
from dossiers.workflow import MOVES


def test_the_diagram_is_fresh():
    call_command("draw_workflow", check=True)


def test_an_old_diagram_is_found(tmp_path, monkeypatch):
    old = tmp_path / "dossier-states.md"
    old.write_text("old", encoding="utf-8")
    monkeypatch.setattr(draw_workflow, "FILE", old)
    with pytest.raises(CommandError, match="is old"):
        call_command("draw_workflow", check=True)


def test_every_move_is_in_the_table():
    text = draw_workflow.draw()
    assert all(f"| {move.code} `{move.name}`" in text for move in MOVES.values())


def test_what_works_today_is_drawn_without_the_circle():
    assert "    s1 --> s2 : T3 Tiếp nhận\n" in draw_workflow.draw()
    assert "    s1 --> s6 : T6 Yêu cầu thu phí, lệ phí ○\n" in draw_workflow.draw()
