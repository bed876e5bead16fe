"""The wizard's first step: whose dossier it is."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions
from dossiers.forms import who
from dossiers.models import Dossier, FiledFor
from dossiers.views import places, steps, wizard
from dossiers.views.wizard import OWNER, draft_page
from portal.lib.web import AuthenticatedRequest
from procedures import eforms


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def owner(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    if request.method == "POST" and "cho" in request.POST:
        return _change(request, dossier)
    if request.method == "POST" and places.only_files(request):
        _take_papers(request, dossier)
        return redirect(request.get_full_path())
    form, shown = steps.form_of(request, dossier, partial(who.owner_form, dossier))
    wrong: list[str] = []
    if steps.taken(request, shown):
        # First whose paper it is that came along.
        if right := who.fits(form, dossier):
            _save(request, dossier, form)
        wrong, here = _take_papers(request, dossier)
        if wrong and right:
            shown |= _saving_now(request, dossier)
        if not wrong and (
            gone := steps.left(request, dossier, form, OWNER, right=right, here=here)
        ):
            return gone
    elif request.method == "POST":
        # Of the words somebody has to choose first; files have no two versions.
        wrong, _ = _take_papers(request, dossier)
    return _show(request, dossier, form, wrong, shown)


def _save(request: AuthenticatedRequest, dossier: Dossier, form: eforms.EForm) -> None:
    at = timezone.now()
    actions.save_owner(dossier, by=request.user, at=at, **who.owner_fields(form, dossier))
    steps.forget(request, dossier)
    _tell_removed(request, dossier, at)


def _tell_removed(request: AuthenticatedRequest, dossier: Dossier, at: datetime) -> None:
    """Whether another person's authority paper went by what was done just now."""
    if dossier.papers.filter(field_key=actions.AUTHORITY, removed_at=at).exists():
        messages.warning(
            request,
            "Giấy ủy quyền của người trước đã được gỡ vì chủ hồ sơ đã đổi. Nếu giấy đó vẫn đúng, "
            "hãy bấm “Hoàn tác” ở mục giấy ủy quyền.",
        )


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
        _tell_removed(request, dossier, at)
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


def _take_papers(request: AuthenticatedRequest, dossier: Dossier) -> tuple[list[str], str | None]:
    """Take the authority paper that came along, press the button on it: why not, if not, and where
    on the page that was. Without one the way on is closed only by the sentence that asks for it."""
    asked = _asked(dossier)
    if not asked:
        return [], None
    slots = places.slots_at(dossier, asked)
    anchor, refused = places.take(request, dossier, slots)
    wrong = [one.sentence for one in refused]
    acted, button = places.act(request, dossier, asked), wizard.pressed(request)
    if button == "tiep" and acted is None and not (wrong or anchor or slots[0].papers):
        wrong = ["Hãy chọn tệp giấy ủy quyền hoặc giấy tờ chứng minh quyền đại diện."]
    return wrong, anchor if acted is None and button == "tai" else acted


def _asked(dossier: Dossier) -> list[actions.Place]:
    return [actions.AUTHORITY_PLACE] if dossier.filed_for == FiledFor.OTHER else []


def _show(
    request: AuthenticatedRequest,
    dossier: Dossier,
    form: eforms.EForm,
    wrong: list[str],
    shown: dict[str, Any],
) -> HttpResponse:
    slots = places.slots_at(dossier, _asked(dossier))
    for slot in slots:
        slot.errors = wrong
    context = shown | places.show(request, dossier, slots)
    context |= {
        "form": form,
        "choices": who.choices(dossier),
        "other": dossier.filed_for == FiledFor.OTHER,
        "problems": form.error_list() + [(s.control, "", one) for s in slots for one in wrong],
    }
    return wizard.page(request, dossier, OWNER, "owner", **context)
