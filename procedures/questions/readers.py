"""Who found an answer useful, without keeping who."""

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.lib.limits import network
from procedures.models import Question


def reader_mark(request: HttpRequest, question: Question) -> str:
    """The same for one person, or for visitors of one network who are not signed in: too few
    are counted then, never the same reader a hundred times."""
    user = request.user
    who = f"person {user.pk}" if user.is_authenticated else f"network {network(request)}"
    key = f"{question.pk} {who}"
    return salted_hmac("procedures.helped", key, algorithm="sha256").hexdigest()
