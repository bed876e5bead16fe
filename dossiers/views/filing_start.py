"""The page behind "Nộp hồ sơ": agency, case, time, cost, papers to have ready."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions
from dossiers.forms import contact, who
from dossiers.forms import start as forms
from dossiers.models import Dossier, FiledFor, ReturnMethod
from dossiers.views import wizard
from portal.lib import slots
from portal.lib.limits import limited
from portal.lib.web import AuthenticatedRequest
from procedures import eforms, levels
from procedures.levels import LevelRefused
from procedures.models import Procedure, Service

_NO_AGENCY = "Hiện chưa có cơ quan nào nhận thủ tục này trực tuyến. Mời bạn nộp trực tiếp."


def _by_person(request: HttpRequest) -> str | None:
    return str(request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("start-filing", limit=60, period=timedelta(hours=1), key=_by_person)
def start(request: AuthenticatedRequest, code: str) -> HttpResponse:
    published = Procedure.objects.published().select_related("current", "sector")
    procedure = get_object_or_404(published, code=code)
    services = _services(procedure)
    try:
        levels.require_filing(max((service.level for service in services), default=4))
    except LevelRefused as refused:
        return _refused(request, procedure, services, str(refused))
    if not services:
        return _refused(request, procedure, services, _NO_AGENCY)
    facts = forms.facts_of(procedure)
    if request.method == "POST" and not _searches(request.POST):
        return _begin(request, procedure, services, facts)
    return _show(request, procedure, services, facts, None, _own(request, looked_at=False))


def _searches(sent: QueryDict) -> bool:
    """By its button, or by Enter once other words stand in its field than the page showed."""
    other = sent.get("q", "") != sent.get("q_truoc", "")
    return "tim" in sent or ("enter" in sent and other)


def _services(procedure: Procedure) -> list[Service]:
    services = list(
        Service.objects.open()
        .filter(procedure=procedure)
        .select_related("receiving_agency", "deciding_agency")
        .order_by("pk")
    )
    for service in services:
        service.procedure = procedure  # known already
    return services


def _begin(
    request: AuthenticatedRequest,
    procedure: Procedure,
    services: list[Service],
    facts: forms.Facts,
) -> HttpResponse:
    form = forms.StartForm(request.POST, services, facts.cases, request.user)
    own = _own(request, looked_at=form.for_self)
    if form.is_valid() and (own is None or not form.for_self or own.is_valid()):
        try:
            draft = _draft_of(request, form, own)
            if "nhieu" in request.POST:
                return redirect("batch", draft.public_id)
            return wizard.begin(draft)
        except LevelRefused as refused:
            return _refused(request, procedure, [form.service], str(refused))
        except actions.DossierError as error:
            form.add_error(None, str(error))
    return _show(request, procedure, services, facts, form, own)


def _own(request: AuthenticatedRequest, *, looked_at: bool) -> eforms.EForm | None:
    """What was typed about oneself stays on the page, also where nothing is to be said about it."""
    own = who.own_form(request.user, request.POST or None)
    if own and own.is_bound and not looked_at:
        own.leave_unchecked()
    return own


def _draft_of(
    request: AuthenticatedRequest, form: forms.StartForm, own: eforms.EForm | None
) -> Dossier:
    given = form.cleaned_data
    whom, organisation = given["nop_cho"]
    return actions.start_draft(
        service=form.service,
        by=request.user,
        at=timezone.now(),
        token=given["token"],
        case_key=given.get("truong_hop", ""),
        whom=whom,
        organisation=organisation,
        method=given["nhan"],
        told=who.own_fields(own) if form.for_self else {},
    )


def _show(
    request: AuthenticatedRequest,
    procedure: Procedure,
    services: list[Service],
    facts: forms.Facts,
    form: forms.StartForm | None,
    own: eforms.EForm | None,
) -> HttpResponse:
    fileable = [service for service in services if levels.offer(service.level).file_online]
    chosen = request.POST.get("co_quan", request.GET.get("co_quan", ""))
    words = request.POST.get("q", request.GET.get("q", ""))[:100].replace("\0", "")
    shown, more = forms.agencies_shown(fileable, words, request.user, chosen)
    version, level = procedure.current, max(one.level for one in shown or fileable)
    assert version is not None
    ways = actions.ways_back(version, level)
    drafts = Dossier.objects.filed_by(request.user).drafts().filter(procedure=procedure)
    context: dict[str, Any] = {
        "procedure": procedure,
        "version": version,
        "facts": facts,
        "offer": levels.offer(level),
        "form": form,
        "own": own,
        "token": uuid.uuid4(),
        "shown": shown,
        "more": more,
        "words": words,
        "many": len(fileable) > forms.FEW_AGENCIES,
        "chosen": chosen or (str(shown[0].pk) if len(shown) == 1 else ""),
        "chosen_case": request.POST.get("truong_hop", request.GET.get("truong_hop", "")),
        "whom": who.offered_to(request.user, request.POST.get("nop_cho", FiledFor.SELF)),
        "more_costs": slots.fill("start.costs", procedure) if ReturnMethod.POST in ways else [],
        "ways": [(way, contact.WAYS[ReturnMethod(way)]) for way in ways] if len(ways) > 1 else [],
        "chosen_way": request.POST.get("nhan", ""),
        "drafts": drafts.select_related("receiving_agency").order_by("-updated_at")[:3],
    }
    return render(request, "dossiers/citizen/filing/start.html", context)


def _refused(
    request: HttpRequest, procedure: Procedure, services: list[Service], sentence: str
) -> HttpResponse:
    """No online filing: the sentence, and how to file in person."""
    context = {
        "procedure": procedure,
        "version": procedure.current,
        "services": services[: forms.SHOWN_AGENCIES],
        "sentence": sentence,
    }
    return render(request, "dossiers/citizen/filing/refused.html", context, status=403)
