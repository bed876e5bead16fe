"""The list of one queue, and what a search finds at this desk."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import Desk, desk_of
from dossiers import filters, queues, searching
from dossiers.forms.desk import ACTS
from dossiers.models import Dossier, FiledHow, QueueColumns, SavedView
from dossiers.models.dossier import DossierQuerySet
from dossiers.queues import QUEUES, Queue, Scope
from dossiers.views import officer_stuck, queue_sight
from dossiers.views.officer_access import officers_only, position_of, shell
from dossiers.views.officer_messages import unread_of
from dossiers.watching import APOLOGIES
from portal.lib.web import AuthenticatedRequest, KeysetPage, keyset_page

PAGE_SIZE = 50
MINE, UNIT, ALL = "toi", "don-vi", ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as this desk knows it."""

    queue: Queue
    scope_name: str
    scope: Scope
    offered: filters.Offer
    filters: filters.Filters
    at: queues.Moments

    def rows(self, user: Any) -> DossierQuerySet:
        return self._narrowed(queues.in_queue(self.queue, user, self.scope, self.at))

    def ranges(self, user: Any) -> list[DossierQuerySet]:
        """The same rows as the page reads them."""
        found = queues.ranges(self.queue, user, self.scope, self.at)
        return [self._narrowed(part) for part in found]

    def _narrowed(self, found: DossierQuerySet) -> DossierQuerySet:
        laid = filters.condition(self.filters, self.offered, self.at)
        return found.filter(laid) if laid else found


def asked(user: Any, query: QueryDict) -> Asked:
    """403 for whoever works on no dossiers."""
    desk = desk_of(user)
    if not desk.dossier_agencies:
        raise PermissionDenied("Vai trò của bạn không mở hồ sơ của người dân.")
    post = position_of(desk)
    first = queues.first_for({role for _, role in desk.roles})
    name = query.get("pham-vi", ALL)
    name = name if name in dict(scopes(desk)) else ALL
    offered = filters.offer(user, desk.dossier_agencies)
    queue = QUEUES.get(query.get("hang", ""), first)
    return Asked(
        queue,
        name,
        _scope(name, desk, user),
        offered,
        filters.read(query, offered, queue),
        queues.moments(post.agency if post else None, timezone.now()),
    )


def scopes(desk: Desk) -> list[tuple[str, str]]:
    """Who works for one agency has no larger "all"."""
    if len(desk.dossier_agencies) == 1:
        return [(ALL, "Đơn vị tôi"), (MINE, "Của tôi")]
    return [(ALL, "Tất cả"), (UNIT, "Đơn vị tôi"), (MINE, "Của tôi")]


def _scope(name: str, desk: Desk, user: Any) -> Scope:
    if name == MINE:
        return Scope(desk.dossier_agencies, user.pk)
    post = position_of(desk)
    if name == UNIT and post:
        return Scope(frozenset({post.agency_id}))
    return Scope(desk.dossier_agencies)


@require_safe
@officers_only
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """One queue by its due time, or what a search finds at this desk."""
    wanted = asked(request.user, request.GET)
    if request.GET.get("hang") == queue_sight.DRAFTS:
        return redirect("officer-drafts")
    if text := searching.clean(request.GET.get("tim", "")):
        return _search(request, wanted, text)
    page = _page(request, wanted.ranges(request.user), wanted.queue.order)
    numbers = queues.counts(wanted.scope, wanted.at)
    columns = wanted.filters.columns or _remembered(request.user, wanted.queue)
    context = {
        **_list(request, page, wanted, wanted.queue, columns),
        "chosen": wanted.queue,
        "apologies": wanted.queue.key == APOLOGIES.queue
        and officer_stuck.may_open(desk_of(request.user)),
        "acts": ACTS,
        "first_url": filters.address(request.GET),
        "wide_url": f"?hang={wanted.queue.key}",
        "queue": wanted.queue.key,
        "places": queue_sight.places(
            request.GET, numbers, wanted.queue, queue_sight.drafts_of(request.user)
        ),
        **_narrowing(request, wanted, columns),
    }
    return render(request, "dossiers/officer/queue.html", shell(request, **context))


def _remembered(user: Any, queue: Queue) -> tuple[str, ...]:
    chosen = QueueColumns.objects.filter(owner=user, queue=queue.key)
    columns = chosen.values_list("columns", flat=True).first() or ()
    return filters.known_columns(columns) or filters.USUAL


def _search(request: AuthenticatedRequest, wanted: Asked, text: str) -> HttpResponse:
    if exact := searching.exact(request.user, text):
        return redirect("officer-dossier", exact.public_id)
    context = {
        **_list(request, _found(request, text), wanted, None, filters.USUAL),
        "text": text,
        "kind": searching.kind(text),
    }
    return render(request, "dossiers/officer/found.html", shell(request, **context))


def _page(
    request: AuthenticatedRequest, ranges: list[DossierQuerySet], order: tuple[str, ...]
) -> KeysetPage[dict[str, Any]]:
    cursor = request.GET.get("sau")
    first, *more = map(queues.lines, ranges)
    return keyset_page(first, order=order, cursor=cursor, size=PAGE_SIZE, more=more)


def _found(request: AuthenticatedRequest, text: str) -> KeysetPage[dict[str, Any]]:
    """First which, then what their rows show: thousands may be found to show fifty."""
    cursor = request.GET.get("sau")
    for rows in searching.ways(request.user, text):
        which = rows.values("pk", "submitted_at")
        page = keyset_page(which, order=searching.ORDER, cursor=cursor, size=PAGE_SIZE)
        if page.rows:
            break
    pks = [row["pk"] for row in page.rows]
    shown = {row["pk"]: row for row in queues.lines(Dossier.objects.filter(pk__in=pks))}
    found = [shown[pk] for pk in pks if pk in shown]
    return KeysetPage(found, page.next_cursor, page.previous_cursor)


def _list(
    request: AuthenticatedRequest,
    page: KeysetPage[dict[str, Any]],
    wanted: Asked,
    chosen: Queue | None,
    columns: tuple[str, ...],
) -> dict[str, Any]:
    ids = [row["pk"] for row in page.rows]
    labels = queue_sight.labels_of(ids, wanted.offered.labels.values())
    kept = ""
    if chosen:
        kept = filters.canonical(request.GET, wanted.filters, chosen.key, wanted.scope_name)
    unread = unread_of(ids)
    trail = f"?{kept}" if kept else ""
    return {
        "page": page,
        "cursor": request.GET.get("sau"),
        "headings": queue_sight.headings(columns, chosen),
        "lines": queue_sight.queue_lines(
            page.rows, chosen, columns, unread, labels, wanted.at.now, trail
        ),
    }


def _narrowing(
    request: AuthenticatedRequest, wanted: Asked, columns: tuple[str, ...]
) -> dict[str, Any]:
    """Scopes, chips, the forms of filters and of columns, saved views."""
    query, found = request.GET, wanted.filters
    views = SavedView.objects.visible_to(request.user).select_related("agency")
    return {
        "scopes": [
            (text, filters.address(query, pham_vi=name or None), name == wanted.scope_name)
            for name, text in scopes(desk_of(request.user))
        ],
        "scope": wanted.scope_name,
        "chips": [
            (words, filters.address(query, **{name.replace("-", "_"): None}))
            for name, words in found.said
        ],
        "clear": filters.address(query, **{name.replace("-", "_"): None for name in filters.NAMES}),
        "choices": _choices(wanted),
        "columns": [(key, text, key in columns) for key, text in filters.COLUMNS.items()],
        "named_columns": found.columns,
        "views": views,
        "now": query.urlencode(),
        "kept": filters.canonical(query, found, wanted.queue.key, wanted.scope_name, columns),
    }


def _choices(wanted: Asked) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """The selects: (name, label, options, chosen)."""
    offered, now = wanted.offered, wanted.filters.values
    due = list(filters.DUE.items()) if wanted.queue.timed and not wanted.queue.window else []
    every = [
        ("linh-vuc", "Lĩnh vực", _named(offered.sectors)),
        ("thu-tuc", "Thủ tục", _named(offered.procedures)),
        ("han", "Hạn", due),
        ("kenh", "Hình thức nộp", [(str(key), str(text)) for key, text in FiledHow.choices]),
        ("giao", "Người xử lý", list(filters.TAKEN.items())),
        ("nhac", "Nhắc của người dân", [("1", "Người dân đã nhắc")]),
        ("nhan", "Nhãn", [(key, label.text) for key, label in offered.labels.items()]),
    ]
    return [(name, label, options, now.get(name, "")) for name, label, options in every if options]


def _named(found: dict[str, tuple[int, str]]) -> list[tuple[str, str]]:
    return [(key, name) for key, (_, name) in found.items()]
