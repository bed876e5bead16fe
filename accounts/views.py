"""Our own account pages, and what we add to allauth's."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, sessions
from accounts.profile import ProfileForm
from portal.lib.web import AuthenticatedRequest


@login_not_required
def signup(request: HttpRequest) -> HttpResponse:
    """allauth's. Two presses of the button at once: the second finds the account of the first."""
    try:
        return allauth.signup(request)
    except IntegrityError:
        return allauth.signup(request)


def profile(request: AuthenticatedRequest) -> HttpResponse:
    """What the portal knows of this person and fills into forms."""
    user: Any = request.user
    initial = {name: getattr(user, name) for name in ProfileForm.base_fields if name != "province"}
    initial["province"] = user.ward.province_id if user.ward else None
    if request.method != "POST":
        return _page(request, ProfileForm(initial=initial, user=user))
    if "chon-tinh" in request.POST:  # without scripts: show the wards of the chosen province
        return _page(request, ProfileForm(initial=initial | request.POST.dict(), user=user))
    form = ProfileForm(request.POST, initial=initial, user=user)
    if not form.is_valid():
        return _page(request, form)
    if form.cleaned_data["phone"] != (user.phone or ""):
        # A phone opens the account: whoever changes it shows the password again first.
        return reauthentication_required(app="accounts")(_save)(request, form)
    return _save(request, form)


@require_POST
def stay(request: AuthenticatedRequest) -> JsonResponse:
    """ "Ở lại" of the dialog that says the session is about to end."""
    sessions.stay(request)
    return JsonResponse({"left": sessions.seconds_left(request)})


@login_not_required
@require_safe
def over(request: HttpRequest) -> HttpResponse:
    """Where a shared machine's page goes when its session ends: nothing of anybody's."""
    return render(request, "accounts/over.html")


def _save(request: HttpRequest, form: ProfileForm) -> HttpResponse:
    phone_was = form.user.phone or ""
    answers = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "province"}
    try:
        actions.update_profile(user=form.user, at=timezone.now(), **answers)
    except IntegrityError:  # somebody else took the phone a moment ago
        form.add_error("phone", "Số điện thoại này đã thuộc về tài khoản khác.")
        return _page(request, form)
    if answers["phone"] != phone_was:
        get_adapter(request).send_notification_mail("accounts/email/phone_changed", form.user)
    messages.success(request, "Đã lưu thông tin của bạn.")
    return redirect("profile")


def _page(request: HttpRequest, form: ProfileForm) -> HttpResponse:
    context = {"form": form, "fixed": form.user.checked_fields}
    return render(request, "accounts/profile.html", context)
