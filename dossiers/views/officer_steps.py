"""A page for each way a step of the internal process is passed on (T9)."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from dossiers import actions, process
from dossiers.actions import runs
from dossiers.forms.officer import NoteForm, StepForm
from dossiers.forms.officer_work import BackForm, HandOverWorkForm, PassForm, SkipForm
from dossiers.models import Dossier
from dossiers.views.officer_access import desk_dossier
from dossiers.views.officer_moves import Step, run_step, step
from portal.lib.web import AuthenticatedRequest


def _found(request: AuthenticatedRequest, public_id: uuid.UUID) -> Dossier:
    return desk_dossier(request, public_id, "assignee")


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


@step
def forward(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    page = Step(
        "pass_on",
        "passing",
        PassForm,
        lambda dossier, typed: actions.forward_step(
            dossier,
            by=request.user,
            at=timezone.now(),
            to=typed["to"],
            note=typed["note"],
            revision=typed["revision"],
        ),
        f"Đã chuyển hồ sơ {found.code} sang bước sau.",
        "Chuyển bước",
        "Chuyển sang bước sau",
        more=_shown(found),
    )
    return run_step(request, found, page)


@step
def back(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    page = Step(
        "pass_on",
        "passing",
        BackForm,
        lambda dossier, typed: actions.return_step(
            dossier,
            by=request.user,
            at=timezone.now(),
            reason=typed["reason"],
            revision=typed["revision"],
        ),
        f"Đã trả hồ sơ {found.code} về bước trước.",
        "Trả lại bước trước",
        "Trả lại",
        more=_shown(found) | {"back": True},
    )
    return run_step(request, found, page)


@step
def hand(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    page = Step(
        "pass_on",
        "passing",
        HandOverWorkForm,
        lambda dossier, typed: actions.hand_over(
            dossier,
            to=typed["to"],
            by=request.user,
            at=timezone.now(),
            note=typed["note"],
            revision=typed["revision"],
        ),
        f"Đã giao hồ sơ {found.code} cho đồng nghiệp; hạn bước giữ nguyên.",
        "Chuyển nội bộ",
        "Giao việc",
        more=_shown(found) | {"inside": True},
    )
    return run_step(request, found, page)


@step
def skip(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    page = Step(
        "pass_on",
        "passing",
        SkipForm,
        lambda dossier, typed: actions.skip_steps(
            dossier,
            position=typed["position"],
            by=request.user,
            at=timezone.now(),
            reason=typed["reason"],
            revision=typed["revision"],
        ),
        f"Đã chuyển nhanh hồ sơ {found.code}.",
        "Chuyển bước nhanh",
        "Chuyển nhanh",
        more=_shown(found) | {"fast": True},
    )
    return run_step(request, found, page)


@step
def take(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    page = Step(
        "pass_on",
        "passing",
        StepForm,
        lambda dossier, typed: actions.take_up(
            dossier, by=request.user, at=timezone.now(), revision=typed["revision"]
        ),
        f"Bạn bắt đầu làm hồ sơ {found.code}.",
        "Bắt đầu làm bước này",
        "Bắt đầu làm",
        more=_shown(found) | {"mine": True},
    )
    return run_step(request, found, page)


@step
def undo(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    page = Step(
        "pass_on",
        "passing",
        StepForm,
        lambda dossier, typed: actions.take_back_step(
            dossier, by=request.user, at=timezone.now(), revision=typed["revision"]
        ),
        f"Đã lấy lại hồ sơ {found.code}.",
        "Lấy lại lần chuyển vừa rồi",
        "Lấy lại",
        why=actions.take_back_step_refusal,
        more=_shown(found) | {"undone": True},
    )
    return run_step(request, found, page)


@step
def go_on(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T22."""
    found = _found(request, public_id)
    page = Step(
        "go_on",
        "go_on",
        NoteForm,
        lambda dossier, typed: actions.go_on(
            dossier,
            by=request.user,
            at=timezone.now(),
            note=typed["note"],
            revision=typed["revision"],
        ),
        f"Hồ sơ {found.code} được giải quyết tiếp. Người nộp được báo.",
        "Tiếp tục xử lý",
        "Tiếp tục xử lý",
    )
    return run_step(request, found, page)


@step
def lapse(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T15 or T15b."""
    found = _found(request, public_id)
    stops = bool(found.accepted_at)
    done = "dừng xử lý" if stops else "không được tiếp nhận"
    page = Step(
        actions.late_move(found),
        "lapse",
        StepForm,
        lambda dossier, typed: actions.lapse_additions(
            dossier, by=request.user, at=timezone.now(), revision=typed["revision"]
        ),
        f"Hồ sơ {found.code} {done} vì quá hạn bổ sung. Người nộp được báo.",
        "Quá hạn bổ sung",
        "Dừng xử lý" if stops else "Không tiếp nhận",
        danger=True,
        more={"stops": stops, "asked": found.rounds.waiting()},
    )
    return run_step(request, found, page)
