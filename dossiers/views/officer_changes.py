"""What the citizen changed in answer to a request for additions: old and new side by side."""

from dataclasses import dataclass
from typing import Any

from dossiers.models import AdditionRound, Deficiency, Dossier, Paper
from dossiers.views.officer_sight import may_open
from procedures import eforms
from procedures.eforms import Row
from procedures.general_form import definition_of


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    asked: str
    old_answer: Row | None
    new_answer: Row | None
    old_papers: list[Paper]
    new_papers: list[Paper]

    @property
    def same(self) -> bool:
        """Nothing new was given for it."""
        return not self.new_papers and self.old_answer == self.new_answer


def of(dossier: Dossier, user: Any) -> dict[str, Any]:
    """For the page of T13; empty without an open round. Five queries at most."""
    asked = dossier.rounds.filter(completed_at=None).prefetch_related("deficiencies").first()
    if asked is None:
        return {"asked": None, "changes": [], "seen": set()}
    papers = list(dossier.papers.sent().filter(removed_at=None).order_by("pk"))
    before = _rows(dossier, asked.answers_before)
    after = _rows(dossier, dossier.answers)
    return {
        "asked": asked,
        "changes": [
            _change(item, asked, papers, before, after) for item in asked.deficiencies.all()
        ],
        "seen": {paper.pk for paper in papers if may_open(paper, user)},
    }


def _rows(dossier: Dossier, answers: dict[str, Any]) -> dict[str, Row]:
    sections = eforms.rows(definition_of(dossier.version), answers)
    return {row.key: row for section in sections for row in section.rows}


def _change(
    item: Deficiency,
    asked: AdditionRound,
    papers: list[Paper],
    before: dict[str, Row],
    after: dict[str, Row],
) -> Change:
    mine = [paper for paper in papers if _belongs(paper, item)]
    return Change(
        label=item.label,
        asked=item.reason,
        old_answer=before.get(item.field_key),
        new_answer=after.get(item.field_key),
        old_papers=[paper for paper in mine if paper.uploaded_at < asked.asked_at],
        new_papers=[paper for paper in mine if paper.uploaded_at >= asked.asked_at],
    )


def _belongs(paper: Paper, item: Deficiency) -> bool:
    if item.requirement_id:
        return paper.requirement_id == item.requirement_id
    return bool(paper.field_key) and paper.field_key == item.field_key
