"""The declaration: a page a section, or one page when it is short."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions
from dossiers.actions import Incoming, Refusal
from dossiers.forms import clashes, earlier
from dossiers.forms.prefill import filled_in, known_about
from dossiers.forms.summary import eform_url
from dossiers.models import Dossier
from dossiers.sections import Part, parts_of
from dossiers.views import wizard
from dossiers.views.wizard import EFORM, draft_page
from portal.lib.web import AuthenticatedRequest
from procedures import eforms
from procedures.general_form import definition_of

Json = dict[str, Any]


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
    untouched = not _keys(definition, part) & dossier.answers.keys()
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
    """The bare address leads to the first part (or the last), so does a part that the
    answers have ruled out; a part that never was is a 404."""
    if key and all(section["key"] != key for section in definition["sections"]):
        raise Http404("Tờ khai không có phần này.")
    if not parts:
        return wizard.onward(request, dossier, EFORM)
    chosen = parts[-1] if "cuoi" in request.GET else parts[0]
    # A section that shares its page with others has the page's address.
    chosen = next((one for one in parts if key in one.sections), chosen)
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
    data = clashes.chosen(eforms.parse(definition), request.POST, dossier.answers)
    form, refused = _with_files(request, dossier, definition, part, data)
    restructured = form.handle_structure_buttons()
    typed, taken = _filled(request, dossier, definition, part, form.partial_answers())
    answers = {key: typed.get(key) for key in form.asked_keys}
    try:
        dossier = _saved(request, dossier, definition, part, answers, taken)
    except actions.Clash:
        return _show_both(request, dossier, definition, part, form)
    for refusal in refused:
        form.refuse(refusal.place, refusal.sentence)
    button = wizard.pressed(request)
    if button == "lui":
        return _back(request, dossier, definition, part)
    if button == "luu" and not refused:
        return wizard.saved(request, dossier)
    if button not in ("tiep", "luu") and not (refused or restructured):
        return redirect(request.get_full_path())  # to look at what was filled in, or taken out
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
    files: Any = None,
) -> eforms.EForm:
    return eforms.build_form(
        definition,
        data=data,
        files=files,
        initial_answers=answers,
        sections=list(part.sections),
        existing_files=_given(dossier, definition, part),
    )


def _given(dossier: Dossier, definition: Json, part: Part) -> dict[str, list[dict[str, str]]]:
    """The papers of each file question on the page, from the papers themselves: ids that
    somebody typed into a form name nothing."""
    walk = eforms.parse(definition).walk()
    given: dict[str, list[dict[str, str]]] = {
        node.key: []
        for section, node in walk
        if node.type == "file" and section.key in part.sections
    }
    if given:
        for paper in dossier.papers.current().filter(field_key__in=given).order_by("pk"):
            named = {"id": str(paper.public_id), "name": paper.filename}
            given[paper.field_key].append(named)
    return given


def _with_files(
    request: AuthenticatedRequest, dossier: Dossier, definition: Json, part: Part, data: QueryDict
) -> tuple[eforms.EForm, list[Refusal]]:
    """The form as sent, its files stored and those ticked away removed; what was refused."""
    sent = form_of(dossier, definition, part, dossier.answers, data, request.FILES)
    uploads, at = sent.file_fields(), timezone.now()
    gone = [
        paper["id"]
        for key, papers in sent.existing_files.items()
        for paper in papers
        if paper["id"] not in sent.kept_files(key)
    ]
    if not (uploads or gone):
        return sent, []
    for paper in dossier.papers.filter(public_id__in=gone).select_related("dossier"):
        actions.remove_paper(paper, by=request.user, at=at)
    incoming, refused = _sorted_out(sent, uploads)
    answers = actions.attach_papers(dossier, incoming=incoming, by=request.user, at=at)
    refused += [one for one in answers if not one.told]
    return form_of(dossier, definition, part, dossier.answers, data), refused


def _sorted_out(
    form: eforms.EForm, uploads: dict[str, list[Any]]
) -> tuple[list[Incoming], list[Refusal]]:
    """By the question's own limits: number of files and their kinds."""
    taken, refused = [], []
    for key, files in uploads.items():
        leaf, room = form.leaf(key), len(form.kept_files(key))
        for upload in files:
            try:
                leaf.clean([upload])
                if room >= leaf.max_files:  # type: ignore[attr-defined]
                    raise ValidationError(leaf.too_many())  # type: ignore[attr-defined]
            except ValidationError as error:
                refused.append(Refusal(key, error.messages[0]))
                continue
            room += 1
            taken.append(Incoming(key, upload, field_key=key))
    return taken, refused
