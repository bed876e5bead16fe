"""How long filing takes a person by the keystroke model, said before they begin."""

from collections.abc import Iterable
from functools import cache

from procedures import eforms
from procedures.general_form import GENERAL
from procedures.models import ProcedureCase, ProcedureVersion, RequirementOnline

# Seconds: choosing and sending one paper; who files, how the result comes, the last check.
A_PAPER, BESIDES = 10, 18


def time_to_file(seconds: int, cases: Iterable[ProcedureCase]) -> str:
    """In words, to the half of a minute. `seconds`: typing the form. Needs `requirements`
    prefetched; counts the case with most papers."""
    papers = max((_uploads(case) for case in cases), default=0)
    halves = round((seconds + A_PAPER * papers + BESIDES) / 30)
    if halves < 2:
        return "dưới 1 phút"
    return f"{halves // 2}{',5' if halves % 2 else ''} phút"


def seconds_of(version: ProcedureVersion) -> int:
    """Typing its own form, or the general declaration."""
    return version.form_seconds or _general()


@cache
def _general() -> int:
    return eforms.typing_seconds(GENERAL)


def _uploads(case: ProcedureCase) -> int:
    needs = case.requirements.all()
    return sum(need.online == RequirementOnline.UPLOAD and need.mandatory for need in needs)
