"""Before and after a dossier in the list it was opened from."""

import uuid
from typing import Any

from django.urls import reverse

from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.queues import QUEUES
from dossiers.views import officer_queue
from dossiers.views.officer_access import NEXT, trail_of
from portal.lib.web import AuthenticatedRequest, keyset_neighbours


def neighbours(request: AuthenticatedRequest, found: Dossier) -> dict[str, Any]:
    """Nothing for a page that was not opened from a queue. A decision takes the dossier out of
    its list: then the next one is what the address remembers."""
    if request.GET.get("hang") not in QUEUES:
        return {}
    wanted = officer_queue.asked(request.user, request.GET)
    user = request.user  # apart from theirs: those would be a closed door
    before = after = None
    if wanted.rows(user).apart_from(user).filter(pk=found.pk).exists():
        rows, *more = (part.apart_from(user) for part in wanted.ranges(user))
        before, after = keyset_neighbours(rows, found, order=wanted.queue.order, more=more)
    elif remembered := _uuid(request.GET.get(NEXT, "")):
        after = _at_desk(request).filter(public_id=remembered).first()
    trail = trail_of(request, **({NEXT: str(after.public_id)} if after else {}))
    plain = request.GET.copy()
    plain.pop(NEXT, None)
    plain.pop("giay", None)
    query = f"?{plain.urlencode()}"
    return {
        "list_name": wanted.queue.title,
        "list_url": reverse("officer-queue") + query,
        "earlier": _url(before, query),
        "later": _url(after, query),
        "trail": trail,
    }


def _at_desk(request: AuthenticatedRequest) -> DossierQuerySet:
    return Dossier.objects.at_desk_of(request.user)


def _url(dossier: Dossier | None, query: str) -> str:
    return reverse("officer-dossier", args=[dossier.public_id]) + query if dossier else ""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
