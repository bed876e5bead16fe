"""The wizard's first step: whose dossier it is."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions
from dossiers.forms import who
from dossiers.models import Dossier, FiledFor, Paper
from dossiers.views import steps, wizard
from dossiers.views.wizard import OWNER, draft_page
from portal.lib import files
from portal.lib.web import AuthenticatedRequest
from procedures import eforms

FILE = "tep-uy-quyen"


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def owner(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    if request.method == "POST" and "cho" in request.POST:
        return _change(request, dossier)
    form, shown = steps.form_of(request, dossier, partial(who.owner_form, dossier))
    wrong = ""
    if steps.taken(request, shown):
        wrong = _keep_paper(request, dossier)
        if right := who.fits(form, dossier):
            fields = who.owner_fields(form, dossier)
            actions.save_owner(dossier, by=request.user, at=timezone.now(), **fields)
            steps.forget(request, dossier)
            shown |= _saving_now(request, dossier) if wrong else {}
        if not wrong and (gone := steps.left(request, dossier, form, OWNER, right=right)):
            return gone
    return _show(request, dossier, form, wrong, shown)


def _saving_now(request: AuthenticatedRequest, dossier: Dossier) -> dict[str, Any]:
    """For the page shown again (for the paper that is missing): its own save is no clash."""
    dossier.refresh_from_db()
    state, part = who.owner_form(dossier).stored, wizard.part_of(request)
    base = actions.step_mark(dossier, part, state)
    return {"saving": wizard.saving(request, dossier, base)}


def _change(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """A button of “Bạn nộp cho ai?” was pressed."""
    chosen = who.chosen(request.POST["cho"], dossier.submitter)
    if chosen is None:
        messages.error(request, "Hãy chọn lại bạn nộp hồ sơ cho ai.")
    else:
        whom, organisation = chosen
        by, at, words = request.user, timezone.now(), _words(request, dossier)
        actions.file_for(dossier, whom=whom, organisation=organisation, by=by, at=at, words=words)
    return redirect(request.get_full_path())


def _words(request: AuthenticatedRequest, dossier: Dossier) -> list[list[str]]:
    """What the page says: as it was typed last, else what was taken about another person (of
    oneself and of an organisation the account knows it)."""
    typed: list[list[str]] = dossier.typed.get(wizard.part_of(request), [])
    if typed or dossier.filed_for != FiledFor.OTHER:
        return typed
    form = who.owner_form(dossier)
    if not form.stored:
        return []
    sent = eforms.as_data(form.definition, form.stored)
    return [[name, value] for name in sent for value in sent.getlist(name)]


def _keep_paper(request: AuthenticatedRequest, dossier: Dossier) -> str:
    """Take the authority paper that came along, in place of the one before; why not, if not.
    Without one the way on is closed only by the sentence that asks for it."""
    if dossier.filed_for != FiledFor.OTHER:
        return ""
    upload, before = request.FILES.get(FILE), _paper(dossier)
    if upload is None:
        if before is None and wizard.pressed(request) == "tiep":
            return "Hãy chọn tệp giấy ủy quyền hoặc giấy tờ chứng minh quyền đại diện."
        return ""
    try:
        actions.attach_paper(
            dossier,
            upload=upload,
            field_key=actions.AUTHORITY,
            replaces=before,
            by=request.user,
            at=timezone.now(),
        )
    except actions.AlreadyThere:
        return ""
    except files.FileRefused as refused:
        return str(refused)
    return ""


def _paper(dossier: Dossier) -> Paper | None:
    return dossier.papers.current().filter(field_key=actions.AUTHORITY).in_order().last()


def _show(
    request: AuthenticatedRequest,
    dossier: Dossier,
    form: eforms.EForm,
    wrong: str,
    shown: dict[str, Any],
) -> HttpResponse:
    context = shown | {
        "form": form,
        "choices": who.choices(dossier),
        "other": dossier.filed_for == FiledFor.OTHER,
        "paper": _paper(dossier) if dossier.filed_for == FiledFor.OTHER else None,
        "paper_wrong": wrong,
    }
    return wizard.page(request, dossier, OWNER, "owner", **context)
