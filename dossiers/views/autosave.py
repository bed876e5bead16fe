"""Saving while somebody types (static/js/draft.js); without scripts there is "Lưu nháp".

POST of the page's own form, answered in JSON:
  200 {mark, saved_at, left}   kept, right or wrong; seconds the session still lasts
  400 {sentence}         the body is not a whole form: nothing was touched
  409 {sentence}         changed elsewhere: a plain POST of the same form shows both versions
  410 {sentence, url}    no draft any more (filed, or deleted)
"""

import uuid
from functools import partial

from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import sessions
from dossiers import actions
from dossiers.forms import contact, who
from dossiers.models import Dossier
from dossiers.sections import parts_of
from dossiers.views import filing_eform, steps, wizard
from dossiers.workflow import Status
from portal.lib.web import AuthenticatedRequest
from procedures.general_form import definition_of

_LOOKED_AT = (
    *("submitter", "assisted_by", "status", "answers", "savers", "version", "version__eform"),
    *("case", "receiving_agency", "deciding_agency"),  # by lock()
)
CUT = "Dữ liệu gửi lên không trọn vẹn nên chưa lưu."
FILED = "Hồ sơ này đã nộp, không sửa được nữa."
GONE = "Bản nháp này đã được xóa hoặc không thuộc tài khoản đang đăng nhập."


@require_POST
def autosave(request: AuthenticatedRequest, public_id: uuid.UUID, part: str) -> JsonResponse:
    mine = Dossier.objects.in_hand_of(request.user).filter(public_id=public_id)
    dossier = _as_needed(mine, part).first()
    if dossier is None:
        return said(410, GONE, url=reverse("my-dossiers"))
    if dossier.status != Status.DRAFT:
        return said(410, FILED, url=reverse("dossier", args=[public_id]))
    # The form's last control: without it the line broke on the way.
    if "het" not in request.POST:
        return said(400, CUT)
    try:
        mark = _keep(request, dossier, part)
    except actions.Clash as clash:
        return said(409, str(clash))
    except actions.MoveRefused as refused:
        return said(410, str(refused), url=reverse("dossier", args=[public_id]))
    except actions.Stale:
        return said(410, GONE, url=reverse("my-dossiers"))
    except actions.DossierError as error:
        return said(400, str(error))
    return kept(request, mark)


def kept(request: AuthenticatedRequest, mark: str) -> JsonResponse:
    sessions.stay_while_busy(request)
    told = {"mark": mark, "saved_at": f"{timezone.localtime():%H:%M}"}
    return JsonResponse(told | {"left": sessions.seconds_left(request)})


def _as_needed(mine: QuerySet[Dossier], part: str) -> QuerySet[Dossier]:
    """Planning and filling eighty columns would cost as much as the save itself; under the lock
    the row is read whole anyway."""
    found = mine.select_related("version").order_by()
    return found.only(*_LOOKED_AT) if part.startswith("to-khai") else found


def said(status: int, sentence: str, **more: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence, **more}, status=status)


def _keep(request: AuthenticatedRequest, dossier: Dossier, part: str) -> str:
    step, _, section = part.partition("/")
    if step == "to-khai":
        return _keep_answers(request, dossier, part, section)
    if part == "nguoi-nop":
        build = partial(who.owner_form, dossier)
    elif part == "nhan-ket-qua":
        methods = actions.return_methods(dossier)
        build = partial(contact.return_form, dossier, methods)
    else:
        raise Http404("Không có trang này.")
    return steps.autosave(request, dossier, part, build)


def _keep_answers(request: AuthenticatedRequest, dossier: Dossier, part: str, section: str) -> str:
    definition = definition_of(dossier.version)
    found = [one for one in parts_of(definition, dossier.answers) if one.address == section]
    if not found:
        raise Http404("Tờ khai không có phần này.")
    form = filing_eform.form_of(dossier, definition, found[0], dossier.answers, request.POST)
    typed, keys = form.partial_answers(), filing_eform.marked(definition, found[0])
    saved = actions.save_part(
        dossier,
        part=part,
        answers={key: typed.get(key) for key in keys},
        keys=keys,
        base=request.POST.get("goc", ""),
        saver=wizard.saver_of(request),
        by=request.user,
        at=timezone.now(),
    )
    return actions.answers_mark(saved.answers, keys)
