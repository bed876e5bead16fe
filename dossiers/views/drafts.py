"""A draft as a thing: going on with it elsewhere, keeping it, starting from an earlier dossier."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import actions, localcopy
from dossiers.actions.copying import foretold
from dossiers.models import Dossier
from dossiers.views import wizard
from dossiers.views.mine import own_dossier
from dossiers.views.wizard import draft_page
from notices.actions import absolute
from portal.lib.qr import qr_svg
from portal.lib.web import AuthenticatedRequest
from procedures.levels import LevelRefused


@require_safe
@never_cache
@draft_page
def key(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """What opens the copy this browser keeps, for the person who makes the draft and nobody
    else; nothing on a shared machine, which keeps none."""
    if request.session.get("shared") or dossier.submitter_id != request.user.pk:
        return JsonResponse({}, status=403)
    return JsonResponse({"key": localcopy.key_of(request.user, dossier)})


@require_safe
@draft_page
def elsewhere(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """The slip of one draft: on the screen to scan, or printed to bring along. It opens nothing
    by itself: who scans it signs in as the person who makes the draft."""
    link = absolute(reverse("filing", args=[dossier.public_id]))
    context = {
        "dossier": dossier,
        "link": link,
        "qr": qr_svg(link, scale=5),
        "until": actions.kept_until(dossier),
        "days": actions.kept_for().days,
        "trail": [("Hồ sơ của tôi", reverse("my-dossiers"))],
    }
    return render(request, "dossiers/citizen/filing/elsewhere.html", context)


@require_POST
@draft_page
def keep(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    actions.keep_draft(dossier, by=request.user, at=timezone.now())
    messages.success(
        request, f"Bản nháp được giữ thêm {actions.kept_for().days} ngày kể từ hôm nay."
    )
    return redirect("filing-elsewhere", dossier.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """A new draft of today's version with the answers and papers of this dossier."""
    source = own_dossier(request, public_id)
    if request.method == "POST":
        return _copy(request, source)
    before = foretold(source, request.user)
    context = {"dossier": source, "token": uuid.uuid4(), "before": before}
    return render(request, "dossiers/citizen/copy.html", context)


def _copy(request: AuthenticatedRequest, source: Dossier) -> HttpResponse:
    try:
        token = uuid.UUID(request.POST.get("token", ""))
        made = actions.copy_dossier(source, by=request.user, at=timezone.now(), token=token)
    except ValueError:
        messages.warning(request, "Trang đã cũ. Hãy bấm nút lần nữa.")
        return redirect("filing-copy", source.public_id)
    except (actions.DossierError, LevelRefused) as refused:
        messages.warning(request, str(refused))
        return redirect("dossier", source.public_id)
    messages.success(request, "Đã lập bản nháp mới với các câu trả lời cũ. Hãy xem lại từng phần.")
    if made.left_out:
        names = "; ".join(f"“{label}”" for label in made.left_out)
        messages.warning(request, f"Tờ khai nay đã khác, hãy trả lời lại: {names}.")
    if made.left_behind:
        names = "; ".join(made.left_behind)
        messages.warning(request, f"Giấy tờ không mang theo được, hãy tải lên lại: {names}.")
    return wizard.begin(made.draft)
