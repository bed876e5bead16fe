"""One act on many dossiers: what will happen, the work as it goes, what became of each; and a
whole desk handed over."""

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desk import desk_of
from accounts.models import User
from dossiers import filters
from dossiers.actions import DossierError, MoveRefused, bulk, desks, holding
from dossiers.actions.bulk import Seen
from dossiers.forms.desk import ACTS, BulkForm
from dossiers.models import Bulk, BulkKind, BulkState, Dossier, Label
from dossiers.views.officer_access import officers_only, shell
from dossiers.views.officer_queue import asked
from dossiers.workflow import MOVES
from portal.lib.web import AuthenticatedRequest, keyset_page

_MARK = re.compile(r"(\d{1,18}):(\d{1,9}):(\d{0,18})")
SHOWN = 20


def _chosen(request: AuthenticatedRequest) -> list[Seen]:
    """As the list showed them; the whole list is read anew. MoveRefused when what narrowed it is
    gone meanwhile."""
    if request.POST.get("tat-ca"):
        wanted = asked(request.user, QueryDict(request.POST.get("xem", "")))
        if wanted.filters.gone:
            raise MoveRefused(f"{filters.GONE}: hãy chọn lại danh sách.")
        read = ("pk", "queue_at", "revision", "assignee_id")
        parts = (part.values(*read) for part in wanted.ranges(request.user))
        first, *more = parts
        page = keyset_page(first, order=wanted.queue.order, cursor=None, size=bulk.MOST, more=more)
        return [Seen(row["pk"], row["revision"], row["assignee_id"]) for row in page.rows]
    marks = map(_MARK.fullmatch, request.POST.getlist("chon"))
    return [
        Seen(int(mark[1]), int(mark[2]), int(mark[3]) if mark[3] else None)
        for mark in marks
        if mark
    ]


def _people(user: Any) -> list[User]:
    found = {one.pk: one for agency in desk_of(user).dossier_agencies
             for one in holding.people_at(agency)}  # fmt: skip
    return sorted(found.values(), key=lambda one: one.full_name)


def _form(request: AuthenticatedRequest, kind: str, data: Any) -> BulkForm:
    gives = kind in (BulkKind.ASSIGN, BulkKind.DESK)
    people = _people(request.user) if gives else []
    own = list(Label.objects.visible_to(request.user)) if kind == BulkKind.LABEL else []
    return BulkForm(data, kind=kind, people=people, labels=own)


@require_POST
@officers_only
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """First what will happen; sent again with the page's own mark, it begins."""
    kind, back = request.POST.get("viec", ""), f"?{request.POST.get('xem', '')}"
    try:
        chosen = _chosen(request)
    except MoveRefused as refused:
        messages.warning(request, str(refused))
        return redirect(reverse("officer-queue") + back)
    if kind not in dict(ACTS) or not chosen:
        messages.warning(request, "Hãy chọn ít nhất một hồ sơ và việc cần làm.")
        return redirect(reverse("officer-queue") + back)
    form = _form(request, kind, request.POST if "dau" in request.POST else None)
    if form.is_valid():
        token, told = form.cleaned_data["dau"], form.told()
        try:
            made = bulk.begin(
                kind, rows=chosen, token=token, by=request.user, at=timezone.now(), data=told
            )
        except DossierError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("officer-bulk", made.pk)
    rows = Dossier.objects.at_desk_of(request.user).filter(pk__in=[one.dossier for one in chosen])
    context = shell(
        request,
        form=form,
        kind=kind,
        title=dict(ACTS)[kind],
        marks=[f"{pk}:{revision}:{holder or ''}" for pk, revision, holder in chosen],
        rows=rows.order_by("queue_at", "pk").values("code", "owner_name", "status")[:SHOWN],
        total=len(chosen),
        more=max(len(chosen) - SHOWN, 0),
        not_open=_not_open(rows, kind),
        back=back,
        kept=request.POST.get("xem", ""),
    )
    return render(request, "dossiers/officer/bulk_confirm.html", context)


def _not_open(rows: Any, kind: str) -> int:
    """How many will surely be refused, by what their rows say already."""
    if kind in (BulkKind.ACCEPT, BulkKind.FORWARD):
        return int(rows.exclude(status__in=MOVES[kind].sources).count())
    if kind == BulkKind.CLAIM:
        return int(rows.exclude(assignee=None).count())
    return 0


def _own(request: AuthenticatedRequest, pk: int) -> Bulk:
    return get_object_or_404(Bulk, pk=pk, by=request.user)


def _state(found: Bulk) -> dict[str, Any]:
    states = list(found.rows.values_list("state", flat=True))
    waiting = states.count(BulkState.WAITING)
    return {
        "bulk": found,
        "whole": len(states),
        "settled": len(states) - waiting,
        "done": states.count(BulkState.DONE),
        "refused": states.count(BulkState.REFUSED),
    }


@require_safe
@officers_only
def result(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    context = shell(
        request,
        rows=found.rows.select_related("dossier").order_by("-state", "pk"),
        token=uuid.uuid4(),
        **_state(found),
    )
    context["may_undo"] = found.kind in bulk.GIVES and not found.working and context["done"]
    return render(request, "dossiers/officer/bulk.html", context)


@require_safe
@officers_only
def progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The moving part of the page; when the work has ended the page itself is asked for."""
    found = _own(request, pk)
    response = render(request, "dossiers/officer/bulk_progress.html", _state(found))
    if not found.working:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@officers_only
def undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    try:
        token = uuid.UUID(request.POST.get("dau", ""))
        made = bulk.undo(found, token=token, by=request.user, at=timezone.now())
    except ValueError:
        return redirect("officer-bulk", found.pk)
    except DossierError as refused:
        messages.warning(request, str(refused))
        return redirect("officer-bulk", found.pk)
    return redirect("officer-bulk", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def desk_over(request: AuthenticatedRequest) -> HttpResponse:
    """All open dossiers of one person to another, in one act. Who may be named no more is nobody:
    never the one who asks."""
    absent = {str(one.pk): one for one in [request.user, *desks.absent_for(request.user)]}
    named = request.POST.get("cua") or request.GET.get("cua") or str(request.user.pk)
    person = absent.get(named)
    if person is None:
        messages.warning(request, "Người này không còn hồ sơ nào mà bạn bàn giao được.")
        return redirect("officer-desk-over")
    form = _form(request, BulkKind.DESK, request.POST or None)
    if form.is_valid():
        told = form.told()
        try:
            made = bulk.hand_over_desk(
                person, to=form.cleaned_data["to"], note=told["note"],
                token=form.cleaned_data["dau"], by=request.user, at=timezone.now(),
            )  # fmt: skip
        except DossierError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("officer-bulk", made.pk)
    total = len(desks.desk_of_person(person, by=request.user))
    context = shell(request, form=form, person=person, absent=absent.values(), total=total)
    return render(request, "dossiers/officer/desk_over.html", context)
