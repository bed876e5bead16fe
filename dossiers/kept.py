"""What was typed on a page whose session had ended by the time it was sent.

It waits in the anonymous session that leads to the sign-in page. Of a page of the wizard it goes
into its draft as soon as the person who makes that draft signs in; of the papers and of a page
after filing it waits in their session until they open that page. Anybody else who signs in there
gets nothing of it. Files and presses do not wait: that nothing became of them is said.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions.autosaving import LONGEST
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from portal.lib.limits import hit, network

AFTER_FILING = frozenset({"answer-additions", "messages", "withdraw"})
PAPERS, CHECK = "filing-papers", "filing-check"
PAGES = frozenset({"filing-owner", "filing-eform", PAPERS, "filing-return"}) | AFTER_FILING
# A file or a press, and no words.
PRESSES = frozenset({CHECK, "batch"})
FILES_LOST = "Tệp vừa chọn chưa được tải lên vì phiên đã hết; hãy chọn lại."
NOT_FILED = "Hồ sơ chưa được nộp vì phiên đã hết. Hãy kiểm tra rồi bấm “Nộp hồ sơ” lần nữa."
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
    """Sent with words on it."""
    return _is_sent(request, PAGES)


def is_filing(request: HttpRequest) -> bool:
    return _is_sent(request, {CHECK})


def would_be_lost(request: HttpRequest) -> bool:
    """Words, files or a press of the wizard."""
    return _is_sent(request, PAGES | PRESSES)


def _is_sent(request: HttpRequest, pages: Collection[str]) -> bool:
    found = request.resolver_match
    return request.method == "POST" and found is not None and found.url_name in pages


def keep_until_sign_in(request: HttpRequest) -> str:
    """For somebody not signed in; what the sign-in page is to tell them."""
    kept = "; những gì bạn vừa gõ được giữ lại" if _keep(request) and is_page(request) else ""
    if is_filing(request):
        return "Phiên làm việc đã hết nên hồ sơ chưa được nộp. Hãy đăng nhập rồi nộp lần nữa."
    if request.FILES:
        return f"Phiên đã hết nên tệp vừa chọn chưa được tải lên. Hãy đăng nhập rồi chọn lại{kept}."
    return f"Phiên làm việc đã hết. Hãy đăng nhập{kept}."


def _keep(request: HttpRequest) -> bool:
    """A few times an hour, as anybody may send anything here."""
    fields, match = typed_on(request) if is_page(request) else [], request.resolver_match
    lost = FILES_LOST if request.FILES else NOT_FILED if is_filing(request) else ""
    if match is None or not (fields or lost):
        return False
    hour = timedelta(hours=1)
    if not hit("kept-typed", network(request), limit=KEPT_AN_HOUR, period=hour).allowed:
        return False
    part = request.path_info.strip("/").split("/", 2)[2]
    request.session[KEY] = {
        "page": match.url_name,
        "draft": str(match.kwargs["public_id"]),
        "part": part,
        "fields": fields,
        "lost": lost,
    }
    return bool(fields)


def _drafts_of(user: User) -> DossierQuerySet:
    return Dossier.objects.in_hand_of(user).drafts()


def _filed_by(user: User, public_id: str) -> bool:
    mine = Dossier.objects.visible_to(user).filed_by(user)
    return mine.filter(public_id=public_id).exists()


def waiting(request: HttpRequest) -> list[list[str]] | None:
    """For the papers or a page after filing: what was typed there when its session had ended."""
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
    if lost := kept.get("lost"):
        messages.warning(request, lost)
    if not kept["fields"]:
        return
    if kept["page"] == PAPERS:
        request.session[KEY] = kept  # see waiting()
        return
    try:
        actions.keep_late(
            draft, part=kept["part"], fields=kept["fields"], by=user, at=timezone.now()
        )
    except actions.DossierError:
        return  # filed or deleted meanwhile
