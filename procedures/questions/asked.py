"""Published questions at their places on a procedure's page."""

from collections import Counter, defaultdict
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
# Key and name of a paper: cases that ask for the same paper share what was asked about it.
Paper = tuple[str, str]
WHOLE: Paper = ("", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that helped most, by paper. `whole` holds those about all of the
    procedure, and those about a paper that a later version has no more."""

    procedure: Procedure
    at: dict[Paper, list[Question]] = field(default_factory=dict)

    @property
    def whole(self) -> list[Question]:
        return self.at.get(WHOLE, [])

    def here(self, need: Requirement) -> list[Question]:
        return self.at.get((need.key, need.name), [])

    def __bool__(self) -> bool:
        return bool(self.at)


def published_for(procedure: Procedure, cases: Iterable[ProcedureCase]) -> Asked:
    """In one query, whatever is asked; `cases` with their requirements as the page has them."""
    papers: dict[tuple[str, str], Paper] = {
        (case.key, need.key): (need.key, need.name)
        for case in cases
        for need in case.requirements.all()
    }
    times = Counter(papers.values())
    found: defaultdict[Paper, list[Question]] = defaultdict(list)
    left = PAGE_BYTES
    for question in Question.objects.published().light().filter(procedure=procedure)[:PAGE_LIMIT]:
        paper = papers.get((question.case_key, question.requirement_key), WHOLE)
        size = _size(question) * (times[paper] or 1)
        if len(found[paper]) < PLACE_LIMIT and size <= left:
            found[paper].append(question)
            left -= size
    return Asked(procedure, {paper: rows for paper, rows in found.items() if rows})


def _size(question: Question) -> int:
    words = question.public_text + question.public_answer[:CUT]
    return len(words.encode()) + _HTML
