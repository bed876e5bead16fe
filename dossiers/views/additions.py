"""The citizen answers a request for additions: only what was asked, on one page, in as many
sittings as it takes, sent at once."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions, kept
from dossiers.forms import additions as forms
from dossiers.forms.additions import AnswerForm, Asked
from dossiers.forms.clashes import Difference
from dossiers.models import AdditionRound, Dossier, Upload
from dossiers.views import wizard
from dossiers.views.mine import own_dossier
from portal.lib.web import AuthenticatedRequest
from procedures import eforms


@require_http_methods(["GET", "HEAD", "POST"])
def answer_additions(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = own_dossier(request, public_id)
    asked = dossier.rounds.waiting()
    if asked is None:
        messages.info(request, "Hồ sơ không còn yêu cầu bổ sung nào chờ bạn.")
        return redirect("dossier", public_id)
    wanted = list(asked.deficiencies.select_related("requirement"))
    by_file = actions.asked_files(dossier, wanted)
    definition = forms.asked_definition(dossier, wanted, by_file)
    sent = request.method == "POST"
    late = None if sent else wizard.sent_late(request)
    data = forms.chosen(dossier, asked, definition, request.POST) if sent else late
    eform = asked_form(dossier, asked, definition, data)
    note = late.get("note", "") if late else asked.note_draft
    form = AnswerForm(data if sent else None, initial={"note": note})
    places = forms.places_of(dossier, asked, wanted, by_file, timezone.now())
    clash, mark = [], actions.additions_mark(asked)
    if sent:
        try:
            if gone := _take(request, dossier, places, eform, form):
                return gone
        except actions.Clash:
            asked.refresh_from_db(fields=["answers_draft", "note_draft"])
            clash = _both(dossier, asked, eform, form.data.get("note", ""))
        except actions.DossierError as refused:
            messages.error(request, str(refused))
        asked.refresh_from_db(fields=["answers_draft", "note_draft", "saved_at"])
        errors = [place.errors for place in places]
        places = forms.places_of(dossier, asked, wanted, by_file, timezone.now())
        for place, wrong in zip(places, errors, strict=True):
            place.errors = wrong
    elif late:
        both = _both(dossier, asked, eform, note)
        clash = both if late.get("goc", mark) != mark else []
    before = forms.given_before(dossier, asked, wanted, by_file)
    context = {"before": before, "clash": clash, "late": bool(late) and not clash}
    context |= _context(dossier, asked, places, eform, form)
    return render(request, "dossiers/citizen/additions.html", context)


def _context(
    dossier: Dossier,
    asked: AdditionRound,
    places: list[Asked],
    eform: eforms.EForm | None,
    form: AnswerForm,
) -> dict[str, Any]:
    context: dict[str, Any] = {"dossier": dossier, "asked": asked, "places": places}
    context |= {"eform": eform, "form": form, "errors": _errors(places, eform, form)}
    context |= {"limits": settings.UPLOAD_LIMITS, "saving": saving_of(asked, dossier.public_id)}
    context["waiting"] = any(p.state == "pending" for place in places for p in place.papers)
    context["trail"] = [
        ("Hồ sơ của tôi", reverse("my-dossiers")),
        (str(dossier.code), reverse("dossier", args=[dossier.public_id])),
    ]
    return context


def saving_of(asked: AdditionRound, public_id: uuid.UUID) -> dict[str, str]:
    """For filing/saving.html; a browser's copy is of this request, not of an earlier one."""
    return {
        "url": reverse("additions-autosave", args=[public_id]),
        "part": f"bo-sung-{asked.number}",
        "base": actions.additions_mark(asked),
        "key_url": reverse("additions-key", args=[public_id]),
    }


def asked_form(
    dossier: Dossier, asked: AdditionRound, definition: dict[str, Any], data: Any
) -> eforms.EForm | None:
    """The asked fields as a form; None when only files were asked."""
    if not definition["sections"]:
        return None
    known = forms.known(dossier, asked)
    return eforms.build_form(definition, data=data, initial_answers=known)


def _both(
    dossier: Dossier, asked: AdditionRound, eform: eforms.EForm | None, note: str
) -> list[Difference]:
    """What was kept from elsewhere beside what was sent: the person chooses."""
    if eform:
        eform.leave_unchecked()
    return forms.differences(dossier, asked, eform, note)


def _take(
    request: AuthenticatedRequest,
    dossier: Dossier,
    places: list[Asked],
    eform: eforms.EForm | None,
    form: AnswerForm,
) -> HttpResponse | None:
    """Keep everything that was sent, right or wrong; then send it to the office when that was
    asked and all is there. None: show the page again."""
    by, at, here = request.user, timezone.now(), redirect(request.get_full_path())
    incoming = forms.incoming(places, request.FILES)
    said = actions.attach_papers(dossier, incoming=incoming, by=by, at=at)
    for told in (one for one in said if one.told):
        messages.info(request, told.sentence)
    refused = [one for one in said if not one.told]
    for place in places:
        place.errors = [one.sentence for one in refused if one.place == place.name]
    restructured = bool(eform and eform.handle_structure_buttons())
    typed = forms.with_emptied(eform, eform.partial_answers()) if eform else {}
    actions.save_additions(
        dossier,
        answers=typed,
        note=form.data.get("note", ""),
        base=request.POST.get("goc", ""),
        saver=wizard.saver_of(request),
        by=by,
        at=at,
    )
    kept.arrived(request)
    if _act(request, places):
        return here
    if refused or restructured:
        return None
    if "_luu" in request.POST or request.POST.get("viec") == "luu":  # draft.js's own button
        messages.success(request, "Đã lưu. Cơ quan chưa thấy gì cho đến khi bạn bấm “Gửi bổ sung”.")
        return here
    if not (form.is_valid() and (eform is None or eform.is_valid())):
        return None
    answers = forms.with_emptied(eform, eform.answers()) if eform else {}
    note = form.cleaned_data["note"]
    actions.answer_additions(dossier, answers=answers, note=note, by=by, at=at)
    messages.success(request, "Đã gửi phần bổ sung. Cơ quan sẽ kiểm tra và báo lại cho bạn.")
    return redirect("dossier", dossier.public_id)


def _act(request: AuthenticatedRequest, places: list[Asked]) -> bool:
    """The buttons on files: take out ("tep-go") one that came since the request, forget one that
    was sent half ("tep-bo"). A second press on what is gone changes nothing."""
    sent = request.POST
    papers = {str(paper.public_id): paper for place in places for paper in place.papers}
    halves: dict[str, Upload] = {str(one.public_id): one for p in places for one in p.uploads}
    if paper := papers.get(sent.get("tep-go", "")):
        actions.remove_paper(paper, by=request.user, at=timezone.now())
        messages.success(request, f"Đã gỡ tệp “{paper.filename}”.")
    elif half := halves.get(sent.get("tep-bo", "")):
        actions.drop_upload(half)
    return "tep-go" in sent or "tep-bo" in sent


def _errors(
    places: list[Asked], eform: eforms.EForm | None, form: AnswerForm
) -> list[tuple[str, str]]:
    """For the summary at the top of the page."""
    found = [(place.anchor, sentence) for place in places for sentence in place.errors]
    if eform and eform.is_bound:
        found += [(anchor, message) for anchor, _, message in eform.error_list()]
    if form.is_bound:
        found += [("id_note", str(words)) for words in form.errors.get("note", [])]
    return found
