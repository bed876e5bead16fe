"""A page for each way a step of the internal process is passed on (T9) or given back (T8b, T8c)."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from dossiers import actions, process
from dossiers.actions import runs
from dossiers.actions.steps import TAKE_UP
from dossiers.forms.officer import NoteForm, StepForm
from dossiers.forms.officer_work import BackForm, HandOverWorkForm, PassForm, SkipForm
from dossiers.models import Dossier
from dossiers.models import StepOutcome as Way
from dossiers.views.officer_access import desk_dossier
from dossiers.views.officer_moves import Step, run_step, step
from portal.lib.web import AuthenticatedRequest


def _shown(dossier: Dossier) -> dict[str, Any]:
    """For the top of the page: the step, the one before, those ahead."""
    run = runs.current(dossier)
    if run is None:
        return {"run": None}
    behind = process.before(dossier.version, run.position)
    ahead = process.after(dossier.version, run.position)
    return {
        "run": run,
        "behind": behind[-1] if behind else None,
        "next": ahead[0] if ahead else None,
    }


def _passing(
    request: AuthenticatedRequest,
    public_id: uuid.UUID,
    form: type[StepForm],
    act: Callable[..., object],
    *words: str,
    why: Callable[[Any, Dossier], str | None] | None = None,
    **more: Any,
) -> HttpResponse:
    """`words`: which way it is, the sentence afterwards (with {code}), the heading, the button."""
    found = desk_dossier(request, public_id, "assignee")
    how, said, heading, submit = words
    said = said.format(code=found.code)
    more |= _shown(found)
    page = Step("pass_on", "passing", form, act, said, heading, submit, why=why, more=more, how=how)
    return run_step(request, found, page)


@step
def forward(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    words = (
        Way.FORWARD,
        "Đã chuyển hồ sơ {code} sang bước sau.",
        "Chuyển bước",
        "Chuyển sang bước sau",
    )
    return _passing(request, public_id, PassForm, actions.forward_step, *words)


@step
def back(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    words = (Way.BACK, "Đã trả hồ sơ {code} về bước trước.", "Trả lại bước trước", "Trả lại")
    return _passing(request, public_id, BackForm, actions.return_step, *words, back=True)


@step
def hand(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    said = "Đã giao hồ sơ {code} cho đồng nghiệp; hạn bước giữ nguyên."
    words = (Way.HANDED, said, "Chuyển nội bộ", "Giao việc")
    return _passing(request, public_id, HandOverWorkForm, actions.hand_over, *words, inside=True)


@step
def skip(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    words = (Way.SKIPPED, "Đã chuyển nhanh hồ sơ {code}.", "Chuyển bước nhanh", "Chuyển nhanh")
    return _passing(request, public_id, SkipForm, actions.skip_steps, *words, fast=True)


@step
def take(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    words = (TAKE_UP, "Bạn bắt đầu làm hồ sơ {code}.", "Bắt đầu làm bước này", "Bắt đầu làm")
    return _passing(request, public_id, StepForm, actions.take_up, *words, mine=True)


@step
def undo(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    words = (Way.UNDONE, "Đã lấy lại hồ sơ {code}.", "Lấy lại lần chuyển vừa rồi", "Lấy lại")
    why = actions.take_back_step_refusal
    act = actions.take_back_step
    return _passing(request, public_id, StepForm, act, *words, why=why, undone=True)


@step
def undo_forward(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T8b."""
    found = desk_dossier(request, public_id, "assignee")
    page = Step(
        "undo_forward",
        "given",
        StepForm,
        actions.undo_forward,
        f"Đã lấy lại hồ sơ {found.code} về bộ phận một cửa.",
        "Lấy lại hồ sơ vừa chuyển",
        "Lấy lại",
        more=_shown(found) | {"undone": True},
    )
    return run_step(request, found, page)


@step
def return_to_desk(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T8c."""
    found = desk_dossier(request, public_id, "assignee")
    sent = found.events.filter(move="forward").select_related("by").last()
    page = Step(
        "return_to_desk",
        "given",
        BackForm,
        actions.return_to_desk,
        f"Đã trả hồ sơ {found.code} về bộ phận một cửa.",
        "Trả lại bộ phận một cửa",
        "Trả lại",
        more=_shown(found) | {"sent": sent},
    )
    return run_step(request, found, page)


@step
def go_on(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T22."""
    found = desk_dossier(request, public_id, "assignee")
    page = Step(
        "go_on",
        "go_on",
        NoteForm,
        actions.go_on,
        f"Hồ sơ {found.code} được giải quyết tiếp. Người nộp được báo.",
        "Tiếp tục xử lý",
        "Tiếp tục xử lý",
    )
    return run_step(request, found, page)


@step
def lapse(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T15 or T15b."""
    found = desk_dossier(request, public_id, "assignee")
    stops = bool(found.accepted_at)
    done = "dừng xử lý" if stops else "không được tiếp nhận"
    page = Step(
        actions.late_move(found),
        "lapse",
        StepForm,
        actions.lapse_additions,
        f"Hồ sơ {found.code} {done} vì quá hạn bổ sung. Người nộp được báo.",
        "Quá hạn bổ sung",
        "Dừng xử lý" if stops else "Không tiếp nhận",
        danger=True,
        more={"stops": stops, "asked": found.rounds.waiting()},
    )
    return run_step(request, found, page)
