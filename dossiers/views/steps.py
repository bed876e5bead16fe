"""The wizard's steps whose answers stand in columns: who files, how the result comes back. What is
typed there and not yet right stands beside the columns until the step takes it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from dossiers import actions
from dossiers.forms import clashes
from dossiers.models import Dossier
from dossiers.views import wizard
from portal.lib.web import AuthenticatedRequest
from procedures import eforms

# Makes the step's form: of what was sent, or of what is kept.
Build = Callable[..., eforms.EForm]


def form_of(
    request: AuthenticatedRequest, dossier: Dossier, build: Build
) -> tuple[eforms.EForm, dict[str, Any]]:
    """The form to show or to look at, and what the page shows around it."""
    before = wizard.typed_before(request, dossier)
    plain = build()
    base = actions.step_mark(dossier, wizard.part_of(request), plain.stored)
    shown: dict[str, Any] = {"saving": wizard.saving(request, dossier, base)}
    if request.method != "POST":
        if before is None:
            return plain, shown
        form = build(before)
        form.leave_unchecked()
        both = clashes.differences(form, _saved(request, dossier, build, plain))
        if both and _overtaken(request, dossier, plain):
            return form, shown | {"clash": both}
        return form, shown | {"kept": True}
    saved = _saved(request, dossier, build, plain)
    form = build(clashes.chosen(plain.definition, request.POST, saved))
    if _changed_elsewhere(request, dossier, base):
        if both := clashes.differences(form, saved):
            form.leave_unchecked()
            return form, shown | {"clash": both}
    return form, shown


def _saved(
    request: AuthenticatedRequest, dossier: Dossier, build: Build, plain: eforms.EForm
) -> dict[str, Any]:
    """What the page's words are held against: as last typed, else as it stands in the columns."""
    part = wizard.part_of(request)
    fields = dossier.typed.get(part)
    if _overtaken(request, dossier, plain):
        fields = actions.late_before(dossier, part)
    return build(wizard.as_sent(fields)).partial_answers() if fields else plain.stored


def _overtaken(request: AuthenticatedRequest, dossier: Dossier, plain: eforms.EForm) -> bool:
    """Whether the words here were sent late, from a page opened before what now stands."""
    part = wizard.part_of(request)
    opened = actions.late_mark(dossier, part)
    now = actions.mark_of([plain.stored, actions.late_before(dossier, part)])
    return bool(opened) and opened != now


def taken(request: AuthenticatedRequest, shown: dict[str, Any]) -> bool:
    """Something was sent, and nobody has to choose between two versions first."""
    return request.method == "POST" and "clash" not in shown


def _changed_elsewhere(request: AuthenticatedRequest, dossier: Dossier, base: str) -> bool:
    opened, saver = request.POST.get("goc", ""), wizard.saver_of(request)
    own = actions.is_own(dossier, wizard.part_of(request), saver, base)
    return bool(opened) and opened != base and not own


def left(
    request: AuthenticatedRequest,
    dossier: Dossier,
    form: eforms.EForm,
    step: wizard.Step,
    *,
    right: bool,
    here: str | None = None,
) -> HttpResponse | None:
    """Where the pressed button leads; `here`: back to this place of the page. Who saves, goes back
    or stays leaves what is not right yet as it stands; None: it is to be shown with what is wrong.
    """
    button = wizard.pressed(request)
    if not right:
        if here is None and button not in ("luu", "lui"):
            return None
        sent: Any = form.data  # with what was chosen of two versions
        _keep(request, dossier, wizard.part_of(request), sent)
    if here is not None:
        return redirect(request.get_full_path() + here)
    if button == "luu":
        return wizard.saved(request, dossier)
    if button == "lui":
        return wizard.backward(request, dossier, step)
    return wizard.onward(request, dossier, step)


def forget(request: AuthenticatedRequest, dossier: Dossier) -> None:
    """The step has taken what was typed on its page."""
    part = wizard.part_of(request)
    if part in dossier.typed:
        actions.forget_typed(dossier, part=part, by=request.user, at=timezone.now())


def autosave(request: AuthenticatedRequest, dossier: Dossier, part: str, build: Build) -> str:
    """Keep the page as it stands; its new mark. Raises as actions.keep_typed."""
    state = build().stored
    base = request.POST.get("goc", "")
    saved = _keep(request, dossier, part, request.POST, state=state, base=base)
    return actions.step_mark(saved, part, state)


def _keep(
    request: AuthenticatedRequest, dossier: Dossier, part: str, data: QueryDict, **against: Any
) -> Dossier:
    return actions.keep_typed(
        dossier,
        part=part,
        fields=[[name, value] for name, values in data.lists() for value in values],
        saver=wizard.saver_of(request),
        by=request.user,
        at=timezone.now(),
        **against,
    )
