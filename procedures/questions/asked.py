"""Published questions at their places on a procedure's page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from procedures.models import Procedure, ProcedureCase, Question, Requirement

# A page stays light however much is asked: the rest stands on the page of all questions.
PAGE_LIMIT = 30
PAGE_BYTES = 14_000
PLACE_LIMIT = 3
# Letters of an answer shown beside its paper.
CUT = 600
_HTML = 700
Place = tuple[str, str]
WHOLE: Place = ("", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that helped most, by place. `whole` holds those about all of the
    procedure, and those about a paper or case that a later version has no more."""

    procedure: Procedure
    at: dict[Place, list[Question]] = field(default_factory=dict)

    @property
    def whole(self) -> list[Question]:
        return self.at.get(WHOLE, [])

    def here(self, need: Requirement) -> list[Question]:
        return self.at.get((need.case.key, need.key), [])

    def __bool__(self) -> bool:
        return bool(self.at)


def published_for(procedure: Procedure, cases: Iterable[ProcedureCase]) -> Asked:
    """In one query, whatever is asked; `cases` with their requirements as the page has them."""
    known = {(case.key, need.key) for case in cases for need in case.requirements.all()}
    found: defaultdict[Place, list[Question]] = defaultdict(list)
    left = PAGE_BYTES
    for question in Question.objects.published().light().filter(procedure=procedure)[:PAGE_LIMIT]:
        place = (question.case_key, question.requirement_key)
        there = found[place if place in known else WHOLE]
        size = _size(question)
        if len(there) < PLACE_LIMIT and size <= left:
            there.append(question)
            left -= size
    return Asked(procedure, dict(found))


def _size(question: Question) -> int:
    words = question.public_text + question.public_answer[:CUT]
    return len(words.encode()) + _HTML
