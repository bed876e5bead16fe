"""What was typed on a page whose session had ended by the time it was sent.

It waits in the anonymous session that leads to the sign-in page. Of a page of the wizard it goes
into its draft as soon as the person who makes that draft signs in; of a page after filing it waits
in their session until they open that page. Anybody else who signs in there gets nothing of it.
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

AFTER_FILING = frozenset({"answer-additions", "messages", "withdraw"})
PAGES = frozenset({"filing-owner", "filing-eform", "filing-return"}) | AFTER_FILING
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
        "page": match.url_name,
        "draft": str(match.kwargs["public_id"]),
        "part": part,
        "fields": fields,
    }


def _drafts_of(user: User) -> DossierQuerySet:
    return Dossier.objects.in_hand_of(user).drafts()


def _filed_by(user: User, public_id: str) -> bool:
    mine = Dossier.objects.visible_to(user).filed_by(user)
    return mine.filter(public_id=public_id).exists()


def waiting(request: HttpRequest) -> list[list[str]] | None:
    """For a page after filing: what was typed on it when its session had ended."""
    kept, match = request.session.get(KEY), request.resolver_match
    if not kept or match is None:
        return None
    here = [match.url_name, str(match.kwargs["public_id"])]
    fields: list[list[str]] = kept["fields"]
    return fields if [kept.get("page"), kept["draft"]] == here else None


def arrived(request: HttpRequest) -> None:
    """What waited for this page was sent."""
    if waiting(request) is not None:
        del request.session[KEY]


def take_over(request: HttpRequest | None = None, user: Any = None, **_: Any) -> None:
    """Receiver of user_logged_in."""
    kept = request.session.get(KEY) if request is not None else None
    if request is None or not kept or not isinstance(user, User):
        return
    if kept.get("page") in AFTER_FILING and _filed_by(user, kept["draft"]):
        return  # see waiting()
    del request.session[KEY]
    draft = _drafts_of(user).filter(public_id=kept["draft"]).first()
    if draft is None:
        return
    try:
        actions.keep_late(
            draft, part=kept["part"], fields=kept["fields"], by=user, at=timezone.now()
        )
    except actions.DossierError:
        return  # filed or deleted meanwhile
