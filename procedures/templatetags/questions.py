from django import template

from procedures.models import Question, Requirement
from procedures.questions import Asked

register = template.Library()


@register.filter
def here(asked: Asked | None, need: Requirement) -> list[Question]:
    """The published questions at this paper; none on a preview, which has no `asked`."""
    return asked.here(need) if asked else []
