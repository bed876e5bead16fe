from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notices import actions
from notices.models import Notice
from portal.lib.web import AuthenticatedRequest, keyset_page

PAGE = 20


@require_safe
def inbox(request: AuthenticatedRequest) -> HttpResponse:
    """Everything the portal told this person, newest first."""
    mine = Notice.objects.visible_to(request.user)
    page = keyset_page(mine, order=("-pk",), cursor=request.GET.get("sau"), size=PAGE)
    unread = mine.unread().exists()
    return render(request, "notices/inbox.html", {"page": page, "unread": unread})


@require_safe
def notice(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One notice in full; a GET, so it stays unread until it is opened from the inbox."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    context = {"notice": found, "trail": [("Hộp thư", reverse("inbox"))]}
    return render(request, "notices/notice.html", context)


@require_POST
def open_notice(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Mark it read and go to what it is about."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.mark_read(user=request.user, notice=found, at=timezone.now())
    return redirect(found.path or reverse("notice", args=[found.pk]))


@require_POST
def read_all(request: AuthenticatedRequest) -> HttpResponse:
    actions.mark_all_read(user=request.user, at=timezone.now())
    return redirect("inbox")
