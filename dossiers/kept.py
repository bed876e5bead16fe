"""What was typed on a page of the wizard whose session had ended by the time it was sent.

It waits in the anonymous session that leads to the sign-in page, and goes into its draft as soon as
the person who makes that draft signs in. Anybody else who signs in there gets nothing of it.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions.autosaving import LONGEST
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from portal.lib.limits import hit, network

PAGES = frozenset({"filing-owner", "filing-eform", "filing-return"})
KEY = "typed"
KEPT_AN_HOUR = 60  # of one network: behind it may sit a whole office


def typed_on(request: HttpRequest) -> list[list[str]]:
    """The controls that were sent, without the token; [] when it is too much to keep."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    return fields if sum(len(name) + len(value) for name, value in fields) < LONGEST else []


def is_page(request: HttpRequest) -> bool:
    found = request.resolver_match
    return request.method == "POST" and found is not None and found.url_name in PAGES


def keep_until_sign_in(request: HttpRequest) -> None:
    """For somebody not signed in; a few times an hour, as anybody may send anything here."""
    fields, match = typed_on(request), request.resolver_match
    if not fields or match is None:
        return
    hour = timedelta(hours=1)
    if not hit("kept-typed", network(request), limit=KEPT_AN_HOUR, period=hour).allowed:
        return
    part = request.path_info.strip("/").split("/", 2)[2]
    request.session[KEY] = {
        "draft": str(match.kwargs["public_id"]),
        "part": part,
        "fields": fields,
    }


def _drafts_of(user: User) -> DossierQuerySet:
    return Dossier.objects.in_hand_of(user).drafts()


def take_over(request: HttpRequest | None = None, user: Any = None, **_: Any) -> None:
    """Receiver of user_logged_in."""
    kept = request.session.pop(KEY, None) if request is not None else None
    if not kept or not isinstance(user, User):
        return
    draft = _drafts_of(user).filter(public_id=kept["draft"]).first()
    if draft is None:
        return
    try:
        actions.keep_late(
            draft, part=kept["part"], fields=kept["fields"], by=user, at=timezone.now()
        )
    except actions.DossierError:
        return  # filed or deleted meanwhile
