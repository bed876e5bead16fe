"""Whose work a dossier is, who has it open, its labels: the small acts of the dossier page."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.actions import DossierError, holding, labels
from dossiers.forms.desk import AssignForm
from dossiers.models import Dossier, Event, Label
from dossiers.views import queue_sight
from dossiers.views.officer_access import desk_dossier, shell, to_dossier
from portal.lib.web import AuthenticatedRequest


def standing(dossier: Dossier, user: Any) -> dict[str, Any]:
    """For the dossier page: who has it, what this person may do about it, who else looks."""
    own = list(Label.objects.visible_to(user))
    put = queue_sight.labels_of([dossier.pk], own).get(dossier.pk, ())
    there = holding.works_there(user, dossier)
    mine = dossier.assignee_id == user.pk
    return {
        "holder": dossier.assignee,
        "held_since": holding.held_since(dossier) if dossier.assignee_id else None,
        "mine": mine,
        "may_claim": holding.claim_refusal(user, dossier, at=timezone.now()) is None,
        "may_give": holding.may_give(user, dossier) is None,
        "may_release": there is None
        and dossier.assignee_id is not None
        and (mine or holding.leads(user, dossier)),
        "may_take_back": bool(dossier.assignee_id)
        and not mine
        and holding.take_back_refusal(user, dossier) is None,
        "put": put,
        "not_put": [label for label in own if label not in put],
        "others": holding.others_looking(dossier, me=user, at=timezone.now()),
    }


def _act(
    request: AuthenticatedRequest, dossier: Dossier, act: Callable[[], Event], said: str
) -> HttpResponse:
    """Back to the dossier with what became of it."""
    try:
        event = act()
    except DossierError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, event.note or said)
    return to_dossier(request, dossier)


@require_POST
def claim(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    if found.assignee_id == request.user.pk:  # a second press
        return to_dossier(request, found)
    act = partial(holding.claim, found, by=request.user, at=timezone.now())
    return _act(request, found, act, f"Bạn đã nhận hồ sơ {found.code}.")


@require_POST
def release(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    act = partial(holding.release, found, by=request.user, at=timezone.now())
    return _act(request, found, act, "Hồ sơ đã về hàng chung của đơn vị.")


@require_POST
def take_back(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    act = partial(holding.take_back, found, by=request.user, at=timezone.now())
    return _act(request, found, act, "Đã thu lại hồ sơ vừa giao.")


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id, "assignee")
    if why := holding.may_give(request.user, found):
        messages.warning(request, why)
        return to_dossier(request, found)
    people = [one for one in holding.colleagues(found) if one.pk != found.assignee_id]
    form = AssignForm(request.POST or None, people=people, holder=found.assignee_id)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            holding.assign(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except DossierError as refused:
            form.add_error(None, str(refused))
            form.see(found.assignee_id)
        else:
            messages.success(request, f"Đã giao hồ sơ {found.code} cho {to.full_name}.")
            return to_dossier(request, found)
    step = {"heading": "Giao hồ sơ cho đồng nghiệp", "submit": "Giao việc"}
    context = shell(request, dossier=found, form=form, step=step)
    return render(request, "dossiers/officer/assign.html", context)


@require_POST
def looking(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """A screen says that it still shows the dossier; the answer is who else does."""
    found, at = desk_dossier(request, public_id), timezone.now()
    holding.look(found, by=request.user, at=at)
    others = holding.others_looking(found, me=request.user, at=at)
    return render(request, "dossiers/officer/looking.html", {"others": others})


@require_POST
def label(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put on (`gan`) or take off (`go`)."""
    found = desk_dossier(request, public_id)
    number = request.POST.get("nhan", "")
    known = int(number) if number.isdecimal() and len(number) <= 18 else 0
    one = get_object_or_404(Label.objects.visible_to(request.user), pk=known)
    change = labels.take_label if request.POST.get("viec") == "go" else labels.put_label
    change(found, one, by=request.user, at=timezone.now())
    return to_dossier(request, found)
