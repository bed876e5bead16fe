"""Who comes in at /mot-cua/, and as what."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.desk import Desk, desk_of
from accounts.models import Position
from accounts.roles import CARDS
from dossiers.models import Dossier
from portal.lib.web import AuthenticatedRequest

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[AuthenticatedRequest, P], R]


def officers_only(view: View[P, R]) -> View[P, R]:
    """403 with a sentence for whoever holds no position now."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        if not desk_of(request.user):
            raise PermissionDenied(
                "Trang này dành cho cán bộ Một cửa. Tài khoản của bạn không giữ vị trí công tác "
                "nào; hồ sơ bạn đã nộp ở trang “Hồ sơ của tôi”."
            )
        return view(request, *args, **kwargs)

    return guarded


def position_of(desk: Desk) -> Position | None:
    """The position named in the bar: one that works on dossiers when there is any."""
    at_work = [post for post in desk.positions if CARDS[post.role].works_on_dossiers]
    return next(iter(at_work or desk.positions), None)


def desk_dossier(request: AuthenticatedRequest, public_id: uuid.UUID, *related: str) -> Dossier:
    """The dossier as an officer of its agencies; for everybody else there is none (404), but
    for who has a part in it a sentence: their queue lists it."""
    rows = Dossier.objects.at_desk_of(request.user).select_related(
        "version__procedure", "receiving_agency", "deciding_agency", "submitter", *related
    )
    if found := rows.filter(public_id=public_id).first():
        return found
    own = Dossier.objects.filed_by(request.user).filter(public_id=public_id).first()
    agencies = desk_of(request.user).dossier_agencies
    if own and agencies & {own.receiving_agency_id, own.deciding_agency_id}:
        raise PermissionDenied(
            "Hồ sơ này là của bạn hoặc của tổ chức bạn, nên đồng nghiệp khác giải quyết. "
            "Bạn theo dõi ở trang “Hồ sơ của tôi” như mọi người nộp."
        )
    raise Http404


# In the address of a dossier and its steps: the list it was opened from, the paper shown, and
# which came next in that list before a decision took this one out of it.
PAPER, NEXT = "giay", "ke"


def trail_of(request: AuthenticatedRequest, **changes: str) -> str:
    """The list the person came from, as links keep it: "?hang=…", or nothing."""
    kept = request.GET.copy()
    if "hang" not in kept:
        kept.clear()
    kept.pop(PAPER, None)
    for name, value in changes.items():
        kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


def to_dossier(
    request: AuthenticatedRequest, dossier: Dossier, place: str = "", **changes: str
) -> HttpResponseRedirect:
    """Back to the dossier, with the list it was opened from."""
    path = reverse("officer-dossier", args=[dossier.public_id])
    return HttpResponseRedirect(f"{path}{trail_of(request, **changes)}{place}")


def shell(request: AuthenticatedRequest, **context: Any) -> dict[str, Any]:
    """What every officer page tells the bar."""
    position = position_of(desk_of(request.user))
    return {"position": position, "trail": trail_of(request), **context}
