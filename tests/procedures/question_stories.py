"""Questions at each station of their way."""

from accounts.models import User
from procedures.actions import questions as actions
from procedures.models import Procedure, Question
from tests.factories import MORNING

AT_PAPER = {"case_key": "thong-thuong", "requirement_key": "giay-1"}


def asked(procedure: Procedure, by: User, text: str, **place: str) -> Question:
    return actions.ask(procedure, text=text, by=by, at=MORNING, **place)


def published(
    procedure: Procedure, by: User, office: User, editor: User, text: str, **place: str
) -> Question:
    answered = actions.answer(
        asked(procedure, by, text, **place), text="Được, nộp bản sao.", by=office, at=MORNING
    )
    return actions.publish_question(
        answered, text=text, answer="Được, nộp bản sao.", by=editor, at=MORNING
    )
