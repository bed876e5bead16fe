"""An officer files for a citizen: whom, their consent, and that it is done. In between the
officer uses the citizen's own wizard."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desk import desk_of
from accounts.roles import Role
from dossiers import actions
from dossiers.actions.consent import USED_UP
from dossiers.forms.helping import CodeForm, HelpForm
from dossiers.models import Consent, Dossier
from dossiers.views import wizard
from dossiers.workflow import Status
from portal.lib import files
from portal.lib.limits import limited
from portal.lib.web import AuthenticatedRequest
from procedures.levels import LevelRefused


def _by_officer(request: HttpRequest) -> str | None:
    return str(request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("helping", limit=60, period=timedelta(hours=1), key=_by_officer)
def start(request: AuthenticatedRequest) -> HttpResponse:
    agencies = desk_of(request.user).agencies_as(Role.RECEPTION)
    if not agencies:
        raise PermissionDenied("Chỉ cán bộ tiếp nhận nộp giúp người dân.")
    form = HelpForm(request.POST if request.method == "POST" else None, agencies)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            consent = actions.ask_consent(
                service=given["dich_vu"],
                citizen=given["nguoi_dan"],
                by=request.user,
                at=timezone.now(),
            )
            return redirect("help-consent", consent.public_id)
        except (actions.DossierError, LevelRefused) as refused:
            form.add_error(None, str(refused))
    drafts = Dossier.objects.in_hand_of(request.user).filter(assisted_by=request.user)
    context = {"form": form, "drafts": drafts.drafts().select_related("procedure")[:20]}
    return render(request, "dossiers/officer/help.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("helping-consent", limit=120, period=timedelta(hours=1), key=_by_officer)
def consent(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    asked = get_object_or_404(
        Consent.objects.asked_by(request.user).select_related(
            "citizen", "agency", "service__procedure", "dossier"
        ),
        public_id=public_id,
    )
    if asked.given_at:
        draft = Dossier.objects.filter(consent=asked).first()
        if draft is None:
            messages.info(request, USED_UP)
            return redirect("help-start")
        return redirect("filing", draft.public_id)
    entering = request.method == "POST" and request.POST.get("viec") == "nhap"
    form = CodeForm(request.POST if entering else None)
    if request.method == "POST":
        try:
            if done := _act(request, asked, form):
                return done
        except (actions.DossierError, files.FileRefused) as refused:
            messages.error(request, str(refused))
            return redirect(request.path)
    return render(request, "dossiers/officer/consent.html", {"asked": asked, "form": form})


def _act(request: AuthenticatedRequest, asked: Consent, form: CodeForm) -> HttpResponse | None:
    by, at, button = request.user, timezone.now(), request.POST.get("viec")
    if button == "gui":
        actions.send_code(asked, by=by, at=at)
        messages.success(request, "Đã gửi mã cho người dân. Mã dùng được trong 10 phút.")
        return redirect(request.path)
    if button == "nhap":
        if not form.is_valid():
            return None
        draft = actions.give_by_code(asked, code=form.cleaned_data["ma"], by=by, at=at)
    elif "phieu" in request.FILES:
        draft = actions.give_by_slip(asked, upload=request.FILES["phieu"], by=by, at=at)
    else:
        raise actions.DossierError("Hãy chọn tệp quét phiếu đồng ý đã ký.")
    return wizard.begin(draft)


@require_safe
def helped(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Filed; the receipt is the citizen's."""
    mine = Dossier.objects.visible_to(request.user).filter(assisted_by=request.user)
    dossier = get_object_or_404(
        mine.exclude(status=Status.DRAFT).select_related("version", "submitter"),
        public_id=public_id,
    )
    return render(request, "dossiers/officer/helped.html", {"dossier": dossier})
