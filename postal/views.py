"""The postal desk: what lies where, what stands still, and the three things Mai can do."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import Position, Ward
from accounts.roles import Role
from portal.lib.web import AuthenticatedRequest, keyset_page
from postal import actions, pages, policies
from postal.forms import address_form, address_of
from postal.models import Order, Parcel

PAGE_SIZE = 25


def desk(request: AuthenticatedRequest) -> HttpResponse:
    position = _position(request)
    tab = request.GET.get("hang", "")
    if tab not in pages.TABS:
        tab = ""
    cursor = request.GET.get("sau")
    mine = Parcel.objects.visible_to(request.user)
    page = keyset_page(
        pages.on_tab(mine, tab).with_names(), order=("-pk",), cursor=cursor, size=PAGE_SIZE
    )
    numbers = pages.counts(mine)
    return render(
        request,
        "postal/desk.html",
        {
            "position": position,
            "page": page,
            "cursor": cursor,
            "dead": [] if cursor else pages.dead_orders(mine),
            "tabs": [
                {
                    "text": text,
                    "url": f"?hang={key}" if key else "?",
                    "current": key == tab,
                    "count": numbers.get(key),
                }
                for key, text in pages.TABS.items()
            ],
        },
    )


def parcel(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    order = _order(found)
    user = request.user
    return render(
        request,
        "postal/parcel.html",
        {
            "position": _position(request),
            "parcel": found,
            "order": order,
            "events": found.events.order_by("-id")[:100],
            "calls": order.calls.order_by("-id")[:20],
            "hand_over_refusal": policies.hand_over(user, found),
            "send_again_refusal": policies.requeue(user, found, order),
            "cancel_refusal": policies.cancel(user, found),
        },
    )


def hand_over(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: actions.mark_handed_over(found, by=request.user, at=timezone.now()),
            "Đã ghi nhận bàn giao cho bưu tá.",
        )
    return _confirm(
        request,
        found,
        heading="Bàn giao cho bưu tá",
        text=(
            f"Xác nhận đã đưa phong bì {found.order_number} cho bưu tá, người nhận "
            f"{found.receiver_name}."
        ),
        submit="Đã bàn giao",
    )


def cancel(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: actions.cancel(found, by=request.user, at=timezone.now()),
            "Đã hủy đơn gửi bưu điện.",
        )
    return _confirm(
        request,
        found,
        heading="Hủy đơn gửi bưu điện",
        text=(
            f"Hủy đơn {found.order_number}? Kết quả sẽ nằm lại bộ phận một cửa cho đến khi "
            "gửi lại hoặc trả tại quầy."
        ),
        submit="Hủy đơn",
        danger=True,
    )


def send_again(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The dead order or the item that came back, with its address to be looked over."""
    found = _found(request, public_id)
    form = address_form(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.handle_structure_buttons() and form.is_valid():
        try:
            address = address_of(form)
        except Ward.DoesNotExist:
            raise Http404 from None
        return _done(
            request,
            found,
            lambda: actions.send_again(found, by=request.user, at=timezone.now(), address=address),
            "Đã xếp đơn để gửi lại. Cổng gửi trong vài giây.",
        )
    return render(
        request,
        "postal/send_again.html",
        {
            "position": _position(request),
            "parcel": found,
            "order": _order(found),
            "form": form,
        },
    )


def _found(request: AuthenticatedRequest, public_id: UUID) -> Parcel:
    """A parcel of the user's agencies; for everybody else there is none."""
    mine = Parcel.objects.visible_to(request.user).with_names().select_related("handed_over_by")
    return get_object_or_404(mine, public_id=public_id)


def _order(found: Parcel) -> Order:
    return found.orders.get(round=found.round)


def _position(request: AuthenticatedRequest) -> Position:
    """Where the user does the post; nobody else has a desk here."""
    for position in desk_of(request.user).positions:
        if position.role == Role.POSTAL:
            return position
    raise Http404


def _done(
    request: AuthenticatedRequest, found: Parcel, act: Callable[[], object], said: str
) -> HttpResponse:
    try:
        act()
    except actions.PostalError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("parcel", public_id=found.public_id)


def _confirm(request: AuthenticatedRequest, found: Parcel, **what: object) -> HttpResponse:
    context = {"position": _position(request), "parcel": found, **what}
    return render(request, "postal/confirm.html", context)
