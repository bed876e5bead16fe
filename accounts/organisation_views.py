"""The pages of organisations: mine, one, its members and invitations."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import memberships, organisations
from accounts.models import Invitation, MemberRole, Organisation, OrganisationMember
from accounts.organisation_forms import InvitationForm, OrganisationForm
from accounts.organisations import OrganisationRefused
from portal.lib.web import AuthenticatedRequest

_TRAIL = [("Tổ chức của tôi", reverse_lazy("organisations"))]
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_http_methods(["GET", "HEAD"])
def mine(request: AuthenticatedRequest) -> HttpResponse:
    """Those the person belongs to, and the invitations that wait for an answer."""
    held = OrganisationMember.objects.filter(user=request.user).select_related("organisation")
    invited = Invitation.objects.addressed_to(request.user).waiting(timezone.now())
    context = {
        "held": held.order_by("organisation__name"),
        "invited": invited.select_related("organisation", "invited_by"),
    }
    return render(request, "accounts/organisations/mine.html", context)


@page_methods
def register(request: AuthenticatedRequest) -> HttpResponse:
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = organisations.register(by=request.user, **form.cleaned_data)
            messages.success(request, f"Đã thêm {made.name}.")
            return redirect("organisation", made.pk)
        except OrganisationRefused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "trail": _TRAIL}
    return render(request, "accounts/organisations/register.html", context)


@page_methods
def one(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Its members; who manages it invites here."""
    own = Organisation.objects.filter(memberships__user=request.user)
    organisation = get_object_or_404(own, pk=pk)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _invite(request, organisation, form.cleaned_data)
            return redirect("organisation", organisation.pk)
        except OrganisationRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "organisation": organisation,
        "members": organisation.memberships.select_related("user").order_by("pk"),
        "waiting": organisation.invitations.waiting(timezone.now()),
        "managing": memberships.manages(request.user, organisation.pk),
        "form": form,
        "trail": _TRAIL,
    }
    return render(request, "accounts/organisations/one.html", context)


def _invite(
    request: AuthenticatedRequest, organisation: Organisation, given: dict[str, Any]
) -> None:
    address = given["address"]
    organisations.invite(
        organisation, by=request.user, at=timezone.now(), role=given["role"], **address
    )
    told = "Đã gửi lời mời tới {email}." if "email" in address else (
        "Đã ghi lời mời cho số {phone}. Hãy nhắn người đó đăng nhập và mở mục Tổ chức của tôi."
    )  # fmt: skip
    messages.success(request, told.format(**address))


@require_POST
def answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.addressed_to(request.user), pk=pk)
    accept = request.POST.get("viec") == "dong-y"
    try:
        organisations.answer_invitation(
            invitation, by=request.user, at=timezone.now(), accept=accept
        )
        name = invitation.organisation.name
        told = f"Bạn đã là thành viên của {name}." if accept else f"Đã từ chối lời mời của {name}."
        messages.success(request, told)
    except OrganisationRefused as refused:
        messages.error(request, str(refused))
    return redirect("organisations")


@require_POST
def withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    mine = Invitation.objects.filter(organisation__memberships__user=request.user)
    invitation = get_object_or_404(mine.select_related("organisation"), pk=pk)
    try:
        organisations.withdraw_invitation(invitation, by=request.user, at=timezone.now())
        messages.success(request, "Đã rút lời mời.")
    except OrganisationRefused as refused:
        messages.error(request, str(refused))
    return redirect("organisation", invitation.organisation_id)


@page_methods
def remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A member goes: asked first."""
    seen = OrganisationMember.objects.filter(organisation__memberships__user=request.user)
    member = get_object_or_404(seen.select_related("organisation", "user"), pk=pk)
    if request.method == "POST":
        try:
            organisations.remove_member(member, by=request.user)
            messages.success(request, f"{member.user.full_name} không còn là thành viên.")
            own = member.user_id == request.user.pk
            return redirect("organisations") if own else redirect(
                "organisation", member.organisation_id
            )  # fmt: skip
        except OrganisationRefused as refused:
            messages.error(request, str(refused))
            return redirect("organisation", member.organisation_id)
    context = {"member": member, "trail": _TRAIL, "roles": MemberRole}
    return render(request, "accounts/organisations/remove.html", context)
