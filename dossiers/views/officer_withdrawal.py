"""The office answers a request to withdraw (T19, T20)."""

import uuid

from django.http import HttpResponse

from dossiers import actions
from dossiers.forms.officer import DeclineForm, NoteForm
from dossiers.models import Dossier
from dossiers.views.officer_access import desk_dossier
from dossiers.views.officer_moves import Step, run_step, step
from portal.lib.web import AuthenticatedRequest


@step
def agree(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    page = Step(
        "agree_withdrawal",
        "agree",
        NoteForm,
        actions.agree_withdrawal,
        f"Hồ sơ {found.code} đã dừng giải quyết. Thông báo (Mẫu 05) đang được tạo.",
        "Đồng ý cho rút hồ sơ",
        "Đồng ý rút",
        danger=True,
        more=_wish(found),
    )
    return run_step(request, found, page)


@step
def decline(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    page = Step(
        "decline_withdrawal",
        "decline",
        DeclineForm,
        actions.decline_withdrawal,
        f"Hồ sơ {found.code} được giải quyết tiếp. Người nộp được báo kèm lý do.",
        "Không đồng ý cho rút hồ sơ",
        "Không đồng ý rút",
        more=_wish(found),
    )
    return run_step(request, found, page)


def _wish(dossier: Dossier) -> dict[str, object]:
    return {"wish": dossier.events.filter(move="ask_withdrawal").last()}
