"""The declaration: a page a section, or one page when it is short."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions
from dossiers.forms import clashes, earlier, uploads
from dossiers.forms.prefill import filled_in, known_about
from dossiers.forms.summary import eform_url
from dossiers.models import Dossier
from dossiers.sections import Part, parts_of
from dossiers.views import places, wizard
from dossiers.views.wizard import EFORM, draft_page
from portal.lib.web import AuthenticatedRequest
from procedures import eforms
from procedures.general_form import definition_of

Json = dict[str, Any]
SLOT = "dossiers/citizen/filing/slot.html"


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def eform(request: AuthenticatedRequest, dossier: Dossier, section: str = "") -> HttpResponse:
    definition = definition_of(dossier.version)
    parts = parts_of(definition, dossier.answers)
    part = next((one for one in parts if one.address == section), None)
    if part is None:
        return _nearest(request, dossier, definition, parts, section)
    if request.method == "POST":
        return _take(request, dossier, definition, part)
    if typed := wizard.typed_before(request, dossier):
        return _show_kept(request, dossier, definition, part, typed)
    known = filled_in(definition, dossier.answers, known_about(dossier), _keys(definition, part))
    untouched = not marked(definition, part) & dossier.answers.keys()
    answers = dossier.answers | known if untouched else dossier.answers
    form = form_of(dossier, definition, part, answers)
    return _show(
        request,
        dossier,
        definition,
        part,
        form,
        prefilled=untouched and bool(known),
        offered=not untouched and bool(known),
        earlier=earlier.offer_of(
            dossier, request.user, definition, answers, _keys(definition, part)
        ),
    )


def _show_kept(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, part: Part, typed: QueryDict
) -> HttpResponse:
    """As somebody left the page when their session ended, not looked at yet; beside what was
    saved meanwhile."""
    form = form_of(dossier, definition, part, dossier.answers, typed)
    form.leave_unchecked()
    opened = actions.late_mark(dossier, wizard.part_of(request))
    if opened and opened != mark_of(dossier, definition, part):
        if both := clashes.differences(form, dossier.answers):
            return _show(request, dossier, definition, part, form, clash=both)
    return _show(request, dossier, definition, part, form, kept=True)


def _nearest(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, parts: list[Part], key: str
) -> HttpResponse:
    """The bare address leads to the first part, so does a part that the answers have ruled out; a
    part that never was is a 404."""
    if key and all(section["key"] != key for section in definition["sections"]):
        raise Http404("Tờ khai không có phần này.")
    if not parts:
        return wizard.onward(request, dossier, EFORM)
    # A section that shares its page with others has the page's address.
    chosen = next((one for one in parts if key in one.sections), parts[0])
    query = "?ve=kiem-tra" if wizard.comes_from_check(request) else ""
    return redirect(eform_url(dossier, chosen.address, query))


def _show(
    request: AuthenticatedRequest,
    dossier: Dossier,
    definition: Json,
    part: Part,
    form: eforms.EForm,
    **extra: Any,
) -> HttpResponse:
    parts = parts_of(definition, dossier.answers)
    at = [one.address for one in parts].index(part.address)
    context: dict[str, Any] = {"form": form, "part": part, "parts_count": len(parts)}
    context |= {"definition": definition}
    base = mark_of(dossier, definition, part)
    context |= _draw_files(request, dossier, part, form)
    context["taken"] = _taken_here(dossier, definition, part)
    context["saving"] = wizard.saving(request, dossier, base)
    return wizard.page(request, dossier, EFORM, "eform", part_no=at + 1, **context, **extra)


def _taken_here(dossier: Dossier, definition: Json, part: Part) -> Json | None:
    """How many answers of the page came from which earlier dossier."""
    taken = list(earlier.still_taken(dossier, _keys(definition, part)).values())
    return (
        {"code": taken[0]["code"], "day": taken[0]["day"], "count": len(taken)} if taken else None
    )


def _take(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, part: Part
) -> HttpResponse:
    """Keep everything that was sent, right or wrong, then look at it."""
    asked = actions.questions_of(dossier, part.sections)
    refused, acted, anchor = _with_files(request, dossier, asked)
    if places.only_files(request):
        return redirect(request.get_full_path())
    data = clashes.chosen(eforms.parse(definition), request.POST, dossier.answers)
    form = form_of(dossier, definition, part, dossier.answers, data)
    restructured = form.handle_structure_buttons()
    typed, taken = _filled(request, dossier, definition, part, form.partial_answers())
    # Questions answered by files have their answers from the files (actions.places).
    keys = form.asked_keys & marked(definition, part)
    answers = {key: typed.get(key) for key in keys}
    try:
        dossier = _saved(request, dossier, definition, part, answers, taken)
    except actions.Clash:
        return _show_both(request, dossier, definition, part, form)
    for key, sentence in refused:
        form.refuse(key, sentence)
    button = wizard.pressed(request)
    if acted is not None and not refused:
        return redirect(request.get_full_path() + acted)
    if button == "lui":
        return _back(request, dossier, definition, part)
    if button == "luu" and not refused:
        return wizard.saved(request, dossier)
    if button not in ("tiep", "luu") and not (refused or restructured):
        # To look at what came, was filled in or taken out.
        return redirect(request.get_full_path() + anchor)
    if restructured or refused or not form.is_valid():
        return _show(request, dossier, definition, part, form)
    return _on(request, dossier, definition, part)


def _filled(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, part: Part, typed: Json
) -> tuple[Json, Json]:
    """What was typed with what the pressed button fills in or takes out; and, for Dossier.taken,
    where that came from."""
    keys, (button, _, code) = _keys(definition, part), wizard.pressed(request).partition(":")
    if button == "dien":
        return typed | filled_in(definition, typed, known_about(dossier), keys), {}
    if button == "lay" and code:
        offer = earlier.offer_of(dossier, request.user, definition, typed, keys, code)
        if offer:
            return typed | offer.answers, offer.taken(typed)
    if button == "bo":
        taken = {key: one for key, one in dossier.taken.items() if key in keys}
        return typed | earlier.given_back(typed, taken), dict.fromkeys(taken)
    return typed, {}


def _saved(
    request: AuthenticatedRequest,
    dossier: Dossier,
    definition: Json,
    part: Part,
    answers: Json,
    taken: Json,
) -> Dossier:
    fresh = actions.save_part(
        dossier,
        part=wizard.part_of(request),
        answers=answers,
        keys=marked(definition, part),
        base=request.POST.get("goc", ""),
        saver=wizard.saver_of(request),
        by=request.user,
        at=timezone.now(),
        taken=taken,
    )
    dossier.answers, dossier.typed, dossier.taken = fresh.answers, fresh.typed, fresh.taken
    return dossier


def _show_both(
    request: AuthenticatedRequest,
    dossier: Dossier,
    definition: Json,
    part: Part,
    form: eforms.EForm,
) -> HttpResponse:
    """The answers saved elsewhere beside those that were sent: the person chooses."""
    dossier.refresh_from_db(fields=["answers"])
    form.leave_unchecked()
    both = clashes.differences(form, dossier.answers)
    return _show(request, dossier, definition, part, form, clash=both)


def _on(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, part: Part
) -> HttpResponse:
    parts = parts_of(definition, dossier.answers)
    at = [one.address for one in parts].index(part.address)
    if wizard.comes_from_check(request) or at + 1 == len(parts):
        return wizard.onward(request, dossier, EFORM)
    return redirect(eform_url(dossier, parts[at + 1].address))


def _back(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, part: Part
) -> HttpResponse:
    parts = [one.address for one in parts_of(definition, dossier.answers)]
    at = parts.index(part.address) if part.address in parts else 0
    if wizard.comes_from_check(request) or at == 0:
        return wizard.backward(request, dossier, EFORM)
    return redirect(eform_url(dossier, parts[at - 1]))


def _keys(definition: Json, part: Part) -> frozenset[str]:
    walk = eforms.parse(definition).walk()
    return frozenset(node.key for section, node in walk if section.key in part.sections)


def marked(definition: Json, part: Part) -> frozenset[str]:
    """The questions the page's mark is about: files come and go by themselves."""
    nodes = eforms.parse(definition).nodes
    return frozenset(key for key in _keys(definition, part) if nodes[key].type != "file")


def mark_of(dossier: Dossier, definition: Json, part: Part) -> str:
    return actions.answers_mark(dossier.answers, marked(definition, part))


# Files asked for by questions of the declaration.


def form_of(
    dossier: Dossier,
    definition: Json,
    part: Part,
    answers: Json,
    data: Any = None,
) -> eforms.EForm:
    return eforms.build_form(
        definition,
        data=data,
        initial_answers=answers,
        sections=list(part.sections),
        existing_files=_given(dossier, definition, part),
    )


def _given(dossier: Dossier, definition: Json, part: Part) -> dict[str, list[dict[str, str]]]:
    """The papers of each file question on the page, from the papers themselves: ids that
    somebody typed into a form name nothing."""
    slots = places.slots_at(dossier, actions.questions_of(dossier, part.sections))
    return {slot.place.field_key: slot.given for slot in slots}


def _with_files(
    request: AuthenticatedRequest, dossier: Dossier, asked: list[actions.Place]
) -> tuple[list[tuple[str, str]], str | None, str]:
    """Files that came with the page are stored, a button on one is pressed: (question, why not) of
    each that was not taken, and the anchors of where a button was pressed and a file came."""
    if not asked:
        return [], None, ""
    anchor, refused = places.take(request, dossier, places.slots_at(dossier, asked))
    keys = {uploads.Slot(place).name: place.field_key for place in asked}
    for one in refused:
        if one.place not in keys:
            messages.error(request, one.sentence)
    found = [(keys[one.place], one.sentence) for one in refused if one.place in keys]
    return found, places.act(request, dossier, asked), anchor


def _draw_files(
    request: AuthenticatedRequest, dossier: Dossier, part: Part, form: eforms.EForm
) -> dict[str, Any]:
    """The questions answered by files look like any other place for them."""
    slots = places.slots_at(dossier, actions.questions_of(dossier, part.sections))
    shown = places.show(request, dossier, slots) if slots else {}
    for slot in slots:
        key = slot.place.field_key
        slot.errors = [str(words) for words in form.errors.get(key, ())] if form.is_bound else []
        form.drawn[key] = render_to_string(SLOT, shown | {"slot": slot}, request)
    return shown
