"""The office answers a request to withdraw (T19, T20)."""

import uuid

from django.http import HttpResponse

from dossiers import actions
from dossiers.forms.officer import DeclineForm
from dossiers.forms.officer_work import AgreeForm
from dossiers.models import Dossier
from dossiers.views.officer_access import desk_dossier
from dossiers.views.officer_drafts import run_consented, wish_of
from dossiers.views.officer_moves import Step, run_step, step
from portal.lib.web import AuthenticatedRequest


@step
def agree(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T20: a leader's own act, or a draft for one."""
    found = desk_dossier(request, public_id)
    return run_consented(
        request, found, "agree_withdrawal", "agree", AgreeForm, danger=True, **_wish(found)
    )


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
    return {"wish": wish_of(dossier)}
