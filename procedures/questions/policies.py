"""Who may answer and publish a question; a refusal is a sentence."""

from typing import Any

from accounts.desk import desk_of
from accounts.roles import Role
from procedures.models import Question, QuestionState
from procedures.policies import may_edit

GONE = "Bạn không có quyền trả lời câu hỏi này."


def may_answer(user: Any) -> bool:
    """Whether this person has questions to answer at all."""
    return may_edit(user) or bool(desk_of(user).agencies_as(Role.RECEPTION, Role.SPECIALIST))


def hinders_answer(question: Question, user: Any) -> str | None:
    """Why this person may neither answer nor reject it."""
    if question.asker_id == user.pk:
        return "Bạn không tự trả lời câu hỏi của mình; hãy để đồng nghiệp trả lời."
    if not Question.objects.at_desk_of(user).filter(pk=question.pk).exists():
        return GONE
    if question.state != QuestionState.ASKED:
        return f"Câu hỏi đang ở tình trạng “{question.get_state_display()}”."
    return None


def hinders_moderation(question: Question, user: Any) -> str | None:
    """Why this person may not say what everybody reads of it."""
    if not may_edit(user):
        return "Chỉ người biên tập thủ tục mới đăng câu hỏi."
    if question.state not in (QuestionState.ANSWERED, QuestionState.PUBLISHED):
        return f"Câu hỏi đang ở tình trạng “{question.get_state_display()}”."
    return None
