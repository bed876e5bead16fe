"""What the pages of the filing wizard share: whose draft it is, the steps, the way on and back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from dossiers import actions, kept, people
from dossiers.actions import DossierError, MoveRefused
from dossiers.models import Dossier
from dossiers.sections import parts_of
from dossiers.workflow import Status
from portal.lib.web import AuthenticatedRequest
from procedures.general_form import definition_of
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

# Of a dossier's row, what says who may work on it.
WHOSE = (
    *("public_id", "status", "submitter", "owner", "assisted_by", "organisation"),
    "receiving_agency",
)


def draft_page(view: View) -> View:
    """Give the view the person's own draft instead of its id. Another's is a 404; one filed
    meanwhile (a second tab, Back) leads to its page with a sentence."""
    return _draft_page(view, ())


def draft_page_posting(*columns: str) -> Callable[[View], View]:
    """The same for a page whose POSTs mostly end in a redirect and need only these columns:
    asking for all 75 takes half of what an upload costs."""
    return lambda view: _draft_page(view, columns)


def _draft_page(view: View, posted: tuple[str, ...]) -> View:
    @wraps(view)
    def found(request: AuthenticatedRequest, public_id: uuid.UUID, **kwargs: Any) -> HttpResponse:
        dossier = own_dossier(request, public_id, posted if request.method == "POST" else ())
        if dossier.status != Status.DRAFT:
            return already_filed(request, dossier)
        try:
            return view(request, dossier, **kwargs)
        except MoveRefused as refused:
            messages.warning(request, str(refused))
            return redirect("dossier", dossier.public_id)
        except DossierError as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())
        except Dossier.DoesNotExist:
            raise Http404("Bản nháp đã được xóa.") from None

    return found


def own_dossier(
    request: HttpRequest, public_id: uuid.UUID, columns: tuple[str, ...] = ()
) -> Dossier:
    """With what every page shows of it, in one query. What is sent mostly ends in a redirect:
    then what only a page shows is not asked (planning a join costs more than running it)."""
    mine = Dossier.objects.perhaps_in_hand_of(request.user)
    if columns:
        mine = mine.only(*columns)
    if not columns or "case" in columns:
        mine = mine.select_related("case")
    if request.method != "POST":
        mine = mine.select_related("version__procedure", "receiving_agency")
    try:
        dossier = mine.get(public_id=public_id)
    except Dossier.DoesNotExist:
        raise Http404("Không có hồ sơ này.") from None
    if _left(request, dossier):
        raise Http404("Không có hồ sơ này.")
    if dossier.submitter_id == request.user.pk:
        dossier.submitter = request.user
    return dossier


def _left(request: HttpRequest, dossier: Dossier) -> bool:
    """Of an organisation the person no longer files for, or at a desk where they helped once."""
    helps = dossier.submitter_id != request.user.pk
    asked = helps or bool(dossier.organisation_id)
    return asked and not people.writes(request.user, dossier)


def already_filed(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """A second press of "Nộp hồ sơ" gets what the first one got: the receipt."""
    here = request.resolver_match
    if request.method == "POST" and here and here.url_name == CHECK.name:
        return redirect("receipt", dossier.public_id)
    messages.info(request, f"Hồ sơ {dossier.code} đã nộp, không sửa được nữa.")
    return redirect("dossier", dossier.public_id)


def needs_of(dossier: Dossier) -> list[Requirement]:
    """The papers of the draft's case, asked once a request and without asking for the case."""
    if dossier.known_needs is None:
        case = dossier.case_id
        dossier.known_needs = list(Requirement.objects.filter(case=case)) if case else []
    return dossier.known_needs


ALL = [OWNER, EFORM, PAPERS, RETURN, CHECK]


def steps_of(dossier: Dossier) -> list[Step]:
    """Those with something to ask. No page of papers for a case whose only paper is the
    declaration itself."""
    papers = any(need.online != RequirementOnline.EFORM for need in needs_of(dossier))
    asks = {OWNER: "owner" not in dossier.unasked, RETURN: "return" not in dossier.unasked}
    asks[PAPERS] = papers
    return [step for step in ALL if asks.get(step, True)]


def first_step(dossier: Dossier) -> Step:
    """Without asking for the papers of the case."""
    return EFORM if "owner" in dossier.unasked else OWNER


def address_of(dossier: Dossier, step: Step, *, last: bool = False) -> str:
    """Of the declaration its first or last page, so that nobody is sent on twice."""
    part = ""
    if step is EFORM and (parts := parts_of(definition_of(dossier.version), dossier.answers)):
        part = parts[-1 if last else 0].address
    return reverse(step.name, args=[dossier.public_id, *filter(None, [part])])


def begin(dossier: Dossier) -> HttpResponse:
    """To the first page of the draft."""
    return redirect(address_of(dossier, first_step(dossier)))


def page(
    request: HttpRequest,
    dossier: Dossier,
    step: Step,
    template: str,
    part_no: int = 1,
    **extra: Any,
) -> HttpResponse:
    """Of the declaration each page counts as a step: `part_no`."""
    pages = pages_of(dossier)
    at = next((n for n, (one, _) in enumerate(pages) if one is step), None)
    here = None if at is None else at + part_no
    context = {
        "dossier": dossier,
        "procedure": dossier.version.procedure,
        "step": step,
        "step_no": here,
        "part_no": part_no,
        "steps_count": len(pages),
        "next_title": pages[here][1] if here and here < len(pages) else "",
        "no_back": here == 1 and not comes_from_check(request),
        "to_check": comes_from_check(request),
        "outdated": dossier.version_id != dossier.version.procedure.current_id,
        "may_copy": people.acts(request.user, dossier),
    }
    return render(request, f"dossiers/citizen/filing/{template}.html", context | extra)


def pages_of(dossier: Dossier) -> list[tuple[Step, str]]:
    """Every page of the wizard with its title, as the step indicator counts them."""
    parts = parts_of(definition_of(dossier.version), dossier.answers)
    found = []
    for step in steps_of(dossier):
        several = step is EFORM and len(parts) > 1
        found += [(step, part.title) for part in parts] if several else [(step, step.title)]
    return found


def part_of(request: HttpRequest) -> str:
    """The page by the end of its address: "nguoi-nop", "to-khai/con"."""
    return request.path_info.strip("/").partition("/")[2].partition("/")[2]


def typed_before(request: HttpRequest, dossier: Dossier) -> QueryDict | None:
    """What stood on this page when its save was the last that came, or its session ended."""
    fields = dossier.typed.get(part_of(request))
    return as_sent(fields) if fields else None


def sent_late(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page after filing when its session had ended."""
    fields = kept.waiting(request)
    return as_sent(fields) if fields else None


def as_sent(fields: list[list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields:
        data.appendlist(name, value)
    return data


def saver_of(request: HttpRequest) -> actions.Saver:
    turn = request.POST.get("luot", "")
    known = int(turn) if turn.isdecimal() and len(turn) < 10 else 0
    return actions.Saver(_plain(request, "tab"), known)


def saving(request: HttpRequest, dossier: Dossier, base: str) -> dict[str, str]:
    """For parts/saving.html: where the page's words are kept, and the mark it was opened at."""
    address = reverse("filing-autosave", args=[dossier.public_id, part_of(request)])
    return {"url": address, "part": part_of(request), "base": base}


def comes_from_check(request: HttpRequest) -> bool:
    return request.GET.get("ve") == RETURN_TO_CHECK


def onward(request: HttpRequest, dossier: Dossier, step: Step) -> HttpResponse:
    """To the step after this one, or back to the check page whence the person came."""
    later = ALL[ALL.index(step) + 1 :]
    after = [one for one in steps_of(dossier) if one in later]
    return redirect(address_of(dossier, CHECK if comes_from_check(request) else after[0]))


def backward(request: HttpRequest, dossier: Dossier, step: Step) -> HttpResponse:
    if comes_from_check(request):
        return redirect(CHECK.name, dossier.public_id)
    return redirect(address_before(dossier, step))


def address_before(dossier: Dossier, step: Step) -> str:
    """Of the step before this one; of the first, its own."""
    earlier = ALL[: ALL.index(step)]
    before = [one for one in steps_of(dossier) if one in earlier] or [first_step(dossier)]
    return address_of(dossier, before[-1], last=step is not EFORM)


def pressed(request: HttpRequest) -> str:
    """Which button: "tiep" (go on), "luu" (save), "lui" (back), "dien" (fill in)."""
    return _plain(request, "viec", "tiep")


def _plain(request: HttpRequest, name: str, default: str = "") -> str:
    """Of a control that no form cleans: PostgreSQL holds no NUL."""
    return request.POST.get(name, default).replace("\0", "")


def saved(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """After "Lưu nháp": the same page again, with the word that it is kept."""
    messages.success(
        request, "Đã lưu bản nháp. Bạn có thể đóng trang và làm tiếp sau từ “Hồ sơ của tôi”."
    )
    return redirect(request.get_full_path())
