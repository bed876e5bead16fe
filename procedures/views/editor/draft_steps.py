"""A page for each step of a draft: what will happen, what is typed with it, one POST."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal.lib import slots
from portal.lib.web import AuthenticatedRequest
from procedures import actions
from procedures.editor_forms import ApproveForm, RecallForm, ReturnForm, StepForm
from procedures.models import Draft, DraftKind, DraftState
from procedures.views.editor import editor_page
from procedures.views.editor.drafts import found_draft


@dataclass(frozen=True, slots=True)
class Step:
    """`said` is read afterwards."""

    act: Callable[..., Draft]
    heading: str
    text: str
    said: str
    form: type[StepForm] = StepForm
    danger: bool = False


STEPS = {
    "trinh-duyet": Step(
        actions.submit_draft, "Trình duyệt",
        "Người thứ hai sẽ xem và duyệt. Trong lúc chờ không sửa được; bạn có thể thu hồi.",
        "Đã trình duyệt.",
    ),
    "tra-lai": Step(
        actions.return_draft, "Trả lại để sửa",
        "Bản soạn trở về “Đang soạn”; người soạn đọc ý kiến của bạn.",
        "Đã trả lại cho người soạn.", ReturnForm,
    ),
    "thu-hoi": Step(
        actions.recall_draft, "Thu hồi", "Bản soạn trở về “Đang soạn” để bạn sửa tiếp.",
        "Đã thu hồi; bạn có thể sửa tiếp.", RecallForm,
    ),
    "duyet": Step(
        actions.approve_draft, "Duyệt",
        "Bạn đã xem những thay đổi và đồng ý đưa vào áp dụng. Hồ sơ đang giải quyết giữ nguyên "
        "phiên bản lúc nộp.",
        "Đã duyệt.", ApproveForm,
    ),
    "lay-ban-moi": Step(
        actions.renew_base, "Lấy phiên bản đang áp dụng làm gốc",
        "Những mục bạn chưa sửa sẽ theo phiên bản đang áp dụng; những mục bạn đã sửa giữ lời của "
        "bạn. Có thể hoàn tác.",
        "Bản soạn đã theo phiên bản đang áp dụng. Hãy xem lại các thay đổi.",
    ),
    "bo": Step(
        actions.discard_draft, "Bỏ bản soạn",
        "Bản soạn không dùng được nữa. Phiên bản đang áp dụng không thay đổi.",
        "Đã bỏ bản soạn.", danger=True,
    ),
}  # fmt: skip
_RETIRE = replace(
    STEPS["duyet"],
    text="Bạn đồng ý bãi bỏ thủ tục này. Hồ sơ đang giải quyết được giải quyết đến cùng theo "
    "phiên bản lúc nộp.",
)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AuthenticatedRequest, pk: int, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    draft = found_draft(pk)
    page = _RETIRE if step == "duyet" and draft.kind == DraftKind.RETIREMENT else STEPS[step]
    if request.method != "POST":
        return _show(request, draft, page, page.form(draft=draft))
    form, status = page.form(request.POST, draft=draft), 200
    if form.is_valid():
        try:
            after = page.act(draft, by=request.user, at=timezone.now(), **form.cleaned_data)
        except actions.RecordInvalid as invalid:
            for sentence in invalid.problems:
                form.add_error(None, sentence)
            status = 409
        except actions.DraftRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            _say(request, page, after)
            return redirect("editor-draft", draft.pk)
    return _show(request, draft, page, form, status)


def _say(request: AuthenticatedRequest, page: Step, draft: Draft) -> None:
    """Approving for today may publish, or find that it cannot."""
    if draft.problem and page.act is actions.approve_draft:
        messages.error(request, f"Chưa đưa vào áp dụng được: {draft.problem}")
    elif draft.state == DraftState.PUBLISHED:
        retired = draft.kind == DraftKind.RETIREMENT
        messages.success(request, "Đã bãi bỏ." if retired else "Đã duyệt và đưa vào áp dụng.")
    elif draft.state == DraftState.APPROVED and draft.publish_on:
        messages.success(request, f"Đã duyệt, áp dụng từ {draft.publish_on:%d/%m/%Y}.")
    else:
        messages.success(request, page.said)


def _show(
    request: AuthenticatedRequest, draft: Draft, page: Step, form: StepForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"draft": draft, "step": page, "form": form}
    if draft.kind == DraftKind.RETIREMENT and draft.procedure:
        context["open_dossiers"] = sum(slots.fill("procedure.open_dossiers", draft.procedure))
    return render(request, "procedures/editor/draft_step.html", context, status=status)
