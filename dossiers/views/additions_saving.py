"""Saving an answer to a request for additions while somebody types (static/js/draft.js): answers as
dossiers.views.autosave does; the office sees nothing of it."""

import uuid

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dossiers import actions, localcopy, people
from dossiers.forms import additions as forms
from dossiers.views import additions, autosave, wizard
from dossiers.views.mine import own_dossier
from portal.lib.web import AuthenticatedRequest

DONE = "Yêu cầu bổ sung này không còn chờ bạn."


@require_POST
def save(request: AuthenticatedRequest, public_id: uuid.UUID) -> JsonResponse:
    dossier = own_dossier(request, public_id)
    asked = dossier.rounds.waiting()
    if asked is None:
        return autosave.said(410, DONE, url=reverse("dossier", args=[public_id]))
    if "het" not in request.POST:
        return autosave.said(400, autosave.CUT)
    wanted = list(asked.deficiencies.select_related("requirement"))
    by_file = actions.asked_files(dossier, wanted)
    definition = forms.asked_definition(dossier, wanted, by_file)
    eform = additions.asked_form(dossier, asked, definition, request.POST)
    typed = forms.with_emptied(eform, eform.partial_answers()) if eform else {}
    note = request.POST.get("note", "")
    try:
        saved = actions.save_additions(
            dossier,
            answers=typed,
            note=note,
            base=request.POST.get("goc", ""),
            saver=wizard.saver_of(request),
            by=request.user,
            at=timezone.now(),
        )
    except actions.Clash as clash:
        return autosave.said(409, str(clash))
    except actions.DossierError as refused:
        return autosave.said(410, str(refused), url=reverse("dossier", args=[public_id]))
    return autosave.kept(request, actions.additions_mark(saved))


@require_safe
@never_cache
def key(request: AuthenticatedRequest, public_id: uuid.UUID) -> JsonResponse:
    """What opens the copy this browser keeps, for who may answer; none on a shared machine."""
    dossier = own_dossier(request, public_id)
    if request.session.get("shared") or not people.acts(request.user, dossier):
        return JsonResponse({}, status=403)
    return JsonResponse({"key": localcopy.key_of(request.user, dossier)})
