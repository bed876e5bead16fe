"""The citizen answers a request for additions: only what was asked, on one page, in as many
sittings as it takes, sent at once."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from dossiers import actions, kept
from dossiers.forms import additions as forms
from dossiers.forms.additions import AnswerForm, Asked
from dossiers.forms.clashes import Difference
from dossiers.models import AdditionRound, Deficiency, Dossier, Upload
from dossiers.views import wizard
from dossiers.views.mine import own_dossier
from dossiers.views.places import only_files
from portal.lib.web import AuthenticatedRequest
from procedures import eforms


@require_http_methods(["GET", "HEAD", "POST"])
def answer_additions(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = own_dossier(request, public_id)
    asked = dossier.rounds.waiting()
    if asked is None:
        messages.info(request, "Hồ sơ không còn yêu cầu bổ sung nào chờ bạn.")
        return redirect("dossier", public_id)
    sheet = _sheet(request, dossier, asked)
    if request.method == "POST":
        if gone := _sent(request, sheet):
            return gone
        sheet.read_again()
    elif sheet.late is not None:
        mark = actions.additions_mark(asked)
        beside = sheet.beside_the_kept()
        sheet.clash = beside if sheet.late.get("goc", mark) != mark else []
    return render(request, "dossiers/citizen/additions.html", sheet.context())


@dataclass
class Sheet:
    """One request for additions as its page shows it, and as it comes back from there. `late` is
    what was typed here when the session had ended."""

    by: User
    dossier: Dossier
    asked: AdditionRound
    wanted: list[Deficiency]
    by_file: set[str]
    places: list[Asked]
    eform: eforms.EForm | None
    form: AnswerForm
    late: QueryDict | None
    clash: list[Difference] = field(default_factory=list)

    def read_again(self) -> None:
        """What is kept by now, beside what is wrong with what was sent."""
        self.asked.refresh_from_db(fields=["answers_draft", "note_draft", "saved_at"])
        wrong = [place.errors for place in self.places]
        asked = (self.dossier, self.asked, self.wanted, self.by_file)
        self.places = forms.places_of(*asked, by=self.by, now=timezone.now())
        for place, errors in zip(self.places, wrong, strict=True):
            place.errors = errors

    def beside_the_kept(self) -> list[Difference]:
        """What was kept from elsewhere beside what was sent: the person chooses."""
        if self.eform:
            self.eform.leave_unchecked()
        note = self.form["note"].value() or ""
        return forms.differences(self.dossier, self.asked, self.eform, note)

    def errors(self) -> list[tuple[str, str]]:
        """For the summary at the top of the page."""
        found = [(place.anchor, sentence) for place in self.places for sentence in place.errors]
        if self.eform and self.eform.is_bound:
            found += [(anchor, message) for anchor, _, message in self.eform.error_list()]
        if self.form.is_bound:
            found += [("id_note", str(words)) for words in self.form.errors.get("note", [])]
        return found

    def context(self) -> dict[str, Any]:
        dossier, asked = self.dossier, self.asked
        return {
            "dossier": dossier,
            "asked": asked,
            "places": self.places,
            "eform": self.eform,
            "form": self.form,
            "errors": self.errors(),
            "clash": self.clash,
            "late": self.late is not None and not self.clash,
            "before": forms.given_before(dossier, asked, self.wanted, self.by_file),
            "limits": settings.UPLOAD_LIMITS,
            "saving": saving_of(asked, dossier.public_id),
            "waiting": any(p.state == "pending" for place in self.places for p in place.papers),
            "trail": [
                ("Hồ sơ của tôi", reverse("my-dossiers")),
                (str(dossier.code), reverse("dossier", args=[dossier.public_id])),
            ],
        }


def _sheet(request: AuthenticatedRequest, dossier: Dossier, asked: AdditionRound) -> Sheet:
    wanted = list(asked.deficiencies.select_related("requirement"))
    by_file = actions.asked_files(dossier, wanted)
    definition = forms.asked_definition(dossier, wanted, by_file)
    late: QueryDict | None = None
    data: QueryDict | None
    if request.method == "POST":
        data = forms.chosen(dossier, asked, definition, request.POST)
        form = AnswerForm(data)
    else:
        data = late = wizard.sent_late(request)
        note = late.get("note", "") if late else asked.note_draft
        form = AnswerForm(initial={"note": note})
    eform = asked_form(dossier, asked, definition, data)
    by = request.user
    places = forms.places_of(dossier, asked, wanted, by_file, by=by, now=timezone.now())
    return Sheet(by, dossier, asked, wanted, by_file, places, eform, form, late)


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


def _sent(request: AuthenticatedRequest, sheet: Sheet) -> HttpResponse | None:
    """Keep everything that was sent, right or wrong; then send it to the office when its own
    button was pressed and all is there. None: show the page again."""
    here = redirect(request.get_full_path())
    try:
        whole = _keep(request, sheet)
        if _act(request, sheet.places) or only_files(request):
            return here
        if not whole:
            return None
        if "_gui" in request.POST:
            return _answer(request, sheet)
        messages.success(request, "Đã lưu. Cơ quan chưa thấy gì cho đến khi bạn bấm “Gửi bổ sung”.")
        return here
    except actions.Clash:
        sheet.asked.refresh_from_db(fields=["answers_draft", "note_draft"])
        sheet.clash = sheet.beside_the_kept()
    except actions.DossierError as refused:
        messages.error(request, str(refused))
    return None


def _keep(request: AuthenticatedRequest, sheet: Sheet) -> bool:
    """Whether it is more than a page that came back changed, or with files that were refused."""
    by, at, eform = request.user, timezone.now(), sheet.eform
    incoming = forms.incoming(sheet.places, request.FILES)
    said = actions.attach_papers(sheet.dossier, incoming=incoming, by=by, at=at)
    for told in (one for one in said if one.told):
        messages.info(request, told.sentence)
    refused = [one for one in said if not one.told]
    for place in sheet.places:
        place.errors = [one.sentence for one in refused if one.place == place.name]
    restructured = bool(eform and eform.handle_structure_buttons())
    typed = forms.with_emptied(eform, eform.partial_answers()) if eform else {}
    actions.save_additions(
        sheet.dossier,
        answers=typed,
        note=sheet.form.data.get("note", ""),
        base=request.POST.get("goc", ""),
        saver=wizard.saver_of(request),
        by=by,
        at=at,
    )
    kept.arrived(request)
    return not (refused or restructured)


def _answer(request: AuthenticatedRequest, sheet: Sheet) -> HttpResponse | None:
    dossier, eform, form = sheet.dossier, sheet.eform, sheet.form
    if not (form.is_valid() and (eform is None or eform.is_valid())):
        return None
    answers = forms.with_emptied(eform, eform.answers()) if eform else {}
    note = form.cleaned_data["note"]
    actions.answer_additions(
        dossier, answers=answers, note=note, by=request.user, at=timezone.now()
    )
    messages.success(request, "Đã gửi phần bổ sung. Cơ quan sẽ kiểm tra và báo lại cho bạn.")
    return redirect("dossier", dossier.public_id)


def _act(request: AuthenticatedRequest, places: list[Asked]) -> bool:
    """The buttons on files: take out ("tep-go") one that came since the request, forget one that
    was sent half ("tep-bo"). A second press on what is gone changes nothing."""
    sent = request.POST
    papers = {str(paper.public_id): paper for place in places for paper in place.papers}
    halves: dict[str, Upload] = {str(one.public_id): one for p in places for one in p.uploads}
    if paper := papers.get(sent.get("tep-go", "")):
        if actions.remove_paper(paper, by=request.user, at=timezone.now()):
            messages.success(request, f"Đã gỡ tệp “{paper.filename}”.")
    elif half := halves.get(sent.get("tep-bo", "")):
        actions.drop_upload(half)
    return "tep-go" in sent or "tep-bo" in sent
