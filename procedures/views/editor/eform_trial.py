"""Trying a draft's form as a citizen: nothing of it is stored, not even in the session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.lib import slots
from procedures import eforms
from procedures.eforms.sample import sample_answers
from procedures.eforms.workbench.trial import Said, Trial
from procedures.models import Draft
from procedures.views.editor import eform_base as base
from procedures.views.editor.eform_base import Json, eform_page

PAPERS, CHECK = "giay-to", "kiem-tra"


@never_cache
@eform_page
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, draft: Draft) -> HttpResponse:
    said = Said.unpacked(request.POST.get("da_khai", ""))
    run = Trial(draft, said)
    try:
        eforms.parse(run.definition)
    except eforms.DefinitionInvalid as invalid:
        return _page(request, run, "start", problems=invalid.args[0])
    if request.method != "POST":
        return _page(request, run, "start")
    here, _, goal = request.POST.get("viec", "").partition(":")
    if here == "bat-dau":
        said.case = request.POST.get("truong_hop", "")
        if run.case is None and run.parts.cases:
            return _page(request, run, "start", errors=[("th-0", "Hãy chọn trường hợp.")])
        return _section(request, run, run.after(""))
    if here == "dien-thu":
        return _filled(request, run)
    if here == "phan":
        return _taken(request, run, goal)
    if here == "sua":
        return _section(request, run, goal) if goal != PAPERS else _papers(request, run)
    if here == PAPERS:
        said.papers = request.POST.getlist("co")
        return _check(request, run)
    return _result(request, run) if here == "nop" else _page(request, run, "start")


def _page(request: HttpRequest, run: Trial, step: str, **more: object) -> HttpResponse:
    page = base.shared(run.draft, "trial")
    page |= {"run": run, "step": step, "da_khai": run.said.packed(), "definition": run.definition}
    return render(request, f"procedures/editor/eform_trial_{step}.html", page | more)


def _filled(request: HttpRequest, run: Trial) -> HttpResponse:
    """Made-up answers to everything, another time others."""
    said = run.said
    said.case = request.POST.get("truong_hop", said.case)
    if run.case is None and run.parts.cases:
        said.case = run.parts.cases[0].key
    said.answers = sample_answers(run.definition, said.seed)
    said.seed += 1
    papers = [{"id": "dien-thu", "name": "dien-thu.pdf"}]
    said.files = {key: papers for key, value in said.answers.items() if value == ["dien-thu"]}
    said.papers = [need.key for need in run.needs]
    return _check(request, run)


def _section(
    request: HttpRequest, run: Trial, key: str, form: eforms.EForm | None = None
) -> HttpResponse:
    sections = run.sections()
    keys = [section.key for section in sections]
    if key not in keys:
        return _papers(request, run)
    at = keys.index(key)
    more: Json = {"section": sections[at], "number": at + 1, "count": len(keys)}
    more |= {"before": run.before(key), "form": form or run.form(key)}
    return _page(request, run, "section", **more)


def _taken(request: HttpRequest, run: Trial, key: str) -> HttpResponse:
    if key not in [section.key for section in run.sections()]:
        return _section(request, run, run.after(""))
    form = run.take(key, request.POST, request.FILES)
    if not form.is_valid():
        return _section(request, run, key, form)
    following = run.after(key)
    if request.POST.get("ve") == CHECK:
        return _check(request, run)
    return _section(request, run, following) if following else _papers(request, run)


def _papers(request: HttpRequest, run: Trial) -> HttpResponse:
    return _page(request, run, "papers", needs=run.needs) if run.needs else _check(request, run)


def _check(request: HttpRequest, run: Trial) -> HttpResponse:
    said = run.said
    rows = eforms.rows(run.definition, said.answers, files=said.files)
    return _page(request, run, "check", sections=rows, problems=run.problems())


def _result(request: HttpRequest, run: Trial) -> HttpResponse:
    due = slots.fill("draft.due", run.draft)
    return _page(
        request,
        run,
        "result",
        problems=run.problems(),
        hindrances=run.hindrances(),
        fees=run.fees(),
        channel=run.channel,
        due=due[0] if due else None,
    )
