"""The agency's labels, a person's saved views and columns."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.desk import desk_of
from accounts.models import Agency
from dossiers import filters
from dossiers.actions import DossierError, labels
from dossiers.forms.desk import ColumnsForm, LabelForm, ViewForm
from dossiers.models import Label, SavedView
from dossiers.views.officer_access import officers_only, shell
from dossiers.views.officer_queue import asked
from portal.lib.web import AuthenticatedRequest

page = require_http_methods(["GET", "HEAD", "POST"])


def _agencies(user: Any) -> list[Agency]:
    desk = desk_of(user)
    found = {post.agency_id: post.agency for post in desk.positions}
    return [agency for pk, agency in found.items() if pk in desk.dossier_agencies]


@page
@officers_only
def own_labels(request: AuthenticatedRequest) -> HttpResponse:
    form = LabelForm(request.POST or None, agencies=_agencies(request.user))
    if form.is_valid():
        try:
            labels.make_label(**form.cleaned_data, by=request.user)
        except DossierError as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, f"Đã thêm nhãn “{form.cleaned_data['text']}”.")
            return redirect("officer-labels")
    found = Label.objects.visible_to(request.user).select_related("agency", "made_by")
    rows = [(label, labels.label_refusal(label, request.user)) for label in found]
    context = shell(request, form=form, rows=rows)
    return render(request, "dossiers/officer/labels.html", context)


@require_POST
@officers_only
def drop_label(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    label = get_object_or_404(Label.objects.visible_to(request.user), pk=pk)
    try:
        labels.drop_label(label, by=request.user)
    except DossierError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"Đã xóa nhãn “{label.text}” khỏi mọi hồ sơ.")
    return redirect("officer-labels")


@page
@officers_only
def new_view(request: AuthenticatedRequest) -> HttpResponse:
    """Keeps the queue, filters and columns its own address carries."""
    wanted = asked(request.user, request.GET)
    query = filters.canonical(request.GET, wanted.filters, wanted.queue.key, wanted.scope_name)
    form = ViewForm(request.POST or None, agencies=_agencies(request.user))
    words = [wanted.queue.title, *(text for _, text in wanted.filters.said)]
    return _view_page(request, form, query, words, None)


@page
@officers_only
def view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Rename one's own, share it or not."""
    found = get_object_or_404(SavedView, pk=pk, owner=request.user)
    initial = {"name": found.name, "agency": found.agency_id}
    form = ViewForm(request.POST or None, agencies=_agencies(request.user), initial=initial)
    return _view_page(request, form, found.query, [], found)


def _view_page(
    request: AuthenticatedRequest,
    form: ViewForm,
    query: str,
    words: list[str],
    found: SavedView | None,
) -> HttpResponse:
    if form.is_valid():
        try:
            labels.save_view(query=query, by=request.user, view=found, **form.cleaned_data)
        except DossierError as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"Đã lưu bộ lọc “{form.cleaned_data['name']}”.")
            return redirect(f"{reverse('officer-queue')}?{query}")
    context = shell(request, form=form, words=words, view=found, query=query)
    return render(request, "dossiers/officer/view.html", context)


@require_POST
@officers_only
def drop_view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SavedView, pk=pk, owner=request.user)
    labels.drop_view(found, by=request.user)
    messages.success(request, f"Đã xóa bộ lọc “{found.name}”.")
    return redirect("officer-queue")


@require_POST
@officers_only
def columns(request: AuthenticatedRequest) -> HttpResponse:
    """The columns of a queue as this person wants them, back on the list they came from."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        return redirect("officer-queue")
    queue = form.cleaned_data["hang"]
    labels.keep_columns(queue=queue, columns=form.cleaned_data["cot"], by=request.user)
    now = QueryDict(request.POST.get("xem", ""))
    return redirect(reverse("officer-queue") + filters.address(now, hang=queue, cot=None))
