"""What the pages of the filing wizard share: whose draft it is, the steps, the way on and back."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from dossiers import actions, people
from dossiers.actions import DossierError, MoveRefused
from dossiers.models import Dossier
from dossiers.workflow import Status
from portal.lib.web import AuthenticatedRequest
from procedures.models import Requirement, RequirementOnline

# "?ve=kiem-tra": opened from the check page, so the way on and back leads there.
RETURN_TO_CHECK = "kiem-tra"


@dataclass(frozen=True, slots=True)
class Step:
    name: str  # of its address
    title: str


OWNER = Step("filing-owner", "Người nộp")
EFORM = Step("filing-eform", "Tờ khai")
PAPERS = Step("filing-papers", "Giấy tờ")
RETURN = Step("filing-return", "Nhận kết quả")
CHECK = Step("filing-check", "Kiểm tra và nộp")

View = Callable[..., HttpResponse]


def draft_page(view: View) -> View:
    """Give the view the person's own draft instead of its id. Another's is a 404; one filed
    meanwhile (a second tab, Back) leads to its page with a sentence."""

    @wraps(view)
    def found(request: AuthenticatedRequest, public_id: uuid.UUID, **kwargs: Any) -> HttpResponse:
        dossier = own_dossier(request, public_id)
        if dossier.status != Status.DRAFT:
            return already_filed(request, dossier)
        try:
            response = view(request, dossier, **kwargs)
            _forget_typed(request, dossier, response)
            return response
        except MoveRefused as refused:
            messages.warning(request, str(refused))
            return redirect("dossier", dossier.public_id)
        except DossierError as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())
        except Dossier.DoesNotExist:
            raise Http404("Bản nháp đã được xóa.") from None

    return found


def _forget_typed(request: AuthenticatedRequest, dossier: Dossier, response: HttpResponse) -> None:
    """A step that leads on has taken what was typed on its page."""
    part = part_of(request)
    if request.method == "POST" and response.status_code == 302 and part in dossier.typed:
        with suppress(DossierError):  # filed or deleted by this very POST
            actions.forget_typed(dossier, part=part, by=request.user, at=timezone.now())


def own_dossier(request: HttpRequest, public_id: uuid.UUID) -> Dossier:
    """With what every page shows of it, in one query. What is sent mostly ends in a redirect:
    then what only a page shows is not asked (planning a join costs more than running it)."""
    shown = ("version__procedure", "receiving_agency") if request.method != "POST" else ()
    mine = Dossier.objects.in_hand_of(request.user).select_related("case", *shown)
    dossier = mine.filter(public_id=public_id).first()
    if dossier is None or _left(request, dossier):
        raise Http404("Không có hồ sơ này.")
    if dossier.submitter_id == request.user.pk:
        dossier.submitter = request.user
    return dossier


def _left(request: HttpRequest, dossier: Dossier) -> bool:
    """Of an organisation the person no longer files for."""
    return bool(dossier.organisation_id) and not people.writes(request.user, dossier)


def already_filed(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """A second press of "Nộp hồ sơ" gets what the first one got: the receipt."""
    here = request.resolver_match
    if request.method == "POST" and here and here.url_name == CHECK.name:
        return redirect("receipt", dossier.public_id)
    messages.info(request, f"Hồ sơ {dossier.code} đã nộp, không sửa được nữa.")
    return redirect("dossier", dossier.public_id)


def needs_of(dossier: Dossier) -> list[Requirement]:
    """The papers of the draft's case, asked once a request."""
    if dossier.case is None:
        return []
    if not hasattr(dossier.case, "known_needs"):
        dossier.case.known_needs = list(dossier.case.requirements.all())  # type: ignore[attr-defined]
    needs: list[Requirement] = dossier.case.known_needs  # type: ignore[attr-defined]
    return needs


def steps_of(dossier: Dossier) -> list[Step]:
    """No page of papers for a case whose only paper is the declaration itself."""
    asked = any(need.online != RequirementOnline.EFORM for need in needs_of(dossier))
    return [OWNER, EFORM, *([PAPERS] if asked else []), RETURN, CHECK]


def page(
    request: HttpRequest, dossier: Dossier, step: Step, template: str, **extra: Any
) -> HttpResponse:
    steps = steps_of(dossier)
    at = steps.index(step) if step in steps else 0
    following = steps[at + 1].title if at + 1 < len(steps) else ""
    context = {
        "dossier": dossier,
        "procedure": dossier.version.procedure,
        "step": step,
        "step_no": at + 1,
        "steps_count": len(steps),
        "next_title": following,
        "to_check": comes_from_check(request),
    }
    return render(request, f"dossiers/citizen/filing/{template}.html", context | extra)


def part_of(request: HttpRequest) -> str:
    """The page by the end of its address: "nguoi-nop", "to-khai/con"."""
    return request.path_info.strip("/").partition("/")[2].partition("/")[2]


def typed_before(request: HttpRequest, dossier: Dossier) -> QueryDict | None:
    """What stood on this page when its save was the last that came, or its session ended."""
    fields = dossier.typed.get(part_of(request))
    return as_sent(fields) if fields else None


def as_sent(fields: list[list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields:
        data.appendlist(name, value)
    return data


def saver_of(request: HttpRequest) -> actions.Saver:
    turn = request.POST.get("luot", "")
    return actions.Saver(request.POST.get("tab", ""), int(turn) if turn.isdecimal() else 0)


def saving(request: HttpRequest, dossier: Dossier, base: str) -> dict[str, str]:
    """For parts/saving.html: where the page's words are kept, and the mark it was opened at."""
    address = reverse("filing-autosave", args=[dossier.public_id, part_of(request)])
    return {"url": address, "part": part_of(request), "base": base}


def comes_from_check(request: HttpRequest) -> bool:
    return request.GET.get("ve") == RETURN_TO_CHECK


def onward(request: HttpRequest, dossier: Dossier, step: Step) -> HttpResponse:
    """To the step after this one, or back to the check page whence the person came."""
    steps = steps_of(dossier)
    at = steps.index(step) + 1 if step in steps else 1
    target = CHECK if comes_from_check(request) else steps[at]
    return redirect(target.name, dossier.public_id)


def backward(request: HttpRequest, dossier: Dossier, step: Step) -> HttpResponse:
    if comes_from_check(request):
        return redirect(CHECK.name, dossier.public_id)
    steps = steps_of(dossier)
    before = steps[max(steps.index(step) - 1, 0)] if step in steps else OWNER
    end = "?cuoi=1" if before is EFORM else ""  # the last part of the declaration
    return redirect(reverse(before.name, args=[dossier.public_id]) + end)


def pressed(request: HttpRequest) -> str:
    """Which button: "tiep" (go on), "luu" (save), "lui" (back), "dien" (fill in)."""
    return request.POST.get("viec", "tiep")


def saved(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """After "Lưu nháp": the same page again, with the word that it is kept."""
    messages.success(
        request, "Đã lưu bản nháp. Bạn có thể đóng trang và làm tiếp sau từ “Hồ sơ của tôi”."
    )
    return redirect(request.get_full_path())
