"""How long filling a procedure's form takes a person, said before they begin."""

from collections.abc import Iterable
from functools import cache

from procedures import eforms
from procedures.general_form import GENERAL
from procedures.models import ProcedureCase, ProcedureVersion, RequirementOnline

# Reading, thinking and typing of one field; a paper to photograph; the rest. Seconds.
A_FIELD, A_PAPER, BESIDES = 8, 30, 60


def minutes_to_file(fields: int, cases: Iterable[ProcedureCase]) -> int:
    """Needs `requirements` prefetched; counts the case with most papers."""
    papers = max((_uploads(case) for case in cases), default=0)
    return max(2, round((A_FIELD * fields + A_PAPER * papers + BESIDES) / 60))


def fields_of(version: ProcedureVersion) -> int:
    """Fields of its own form, or of the general declaration."""
    return version.form_fields or _general_fields()


@cache
def _general_fields() -> int:
    return eforms.count_fields(GENERAL)


def _uploads(case: ProcedureCase) -> int:
    needs = case.requirements.all()
    return sum(need.online == RequirementOnline.UPLOAD and need.mandatory for need in needs)
