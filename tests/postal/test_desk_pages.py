"""Mai's desk in the browser: what stands still comes first, and every press is a POST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from postal.models import Order, Parcel
from postal.tasks import drain_orders
from tests import factories
from tests.postal import stories


@pytest.fixture
def at_desk(client, mai):
    client.force_login(mai)
    return client


def page(client, name="postal-desk", *args, **query):
    return client.get(reverse(name, args=args), query)


def test_the_desk_lists_mais_parcels(at_desk, parcel):
    html = page(at_desk).content.decode()
    assert parcel.order_number in html and "Chờ gửi đơn" in html


def test_another_agencys_parcels_are_not_there(client, parcel):
    other = factories.an_agency("000.02.15.H37", name="Trung tâm khác")
    client.force_login(factories.an_officer("Hà", "ha@example.vn", "postal", other))
    assert parcel.order_number not in page(client).content.decode()
    assert page(client, "parcel", parcel.public_id).status_code == 404


@pytest.mark.parametrize("who", ["lan", "hung", "binh", "stranger"])
def test_only_who_does_the_post_has_this_desk(client, parcel, request, who):
    client.force_login(request.getfixturevalue(who))
    assert page(client).status_code == 404
    assert page(client, "parcel", parcel.public_id).status_code == 404


def test_signed_out_one_is_asked_to_sign_in(client, parcel):
    assert page(client).status_code == 302


def test_what_the_post_refused_stands_first_with_its_reason(at_desk, carrier, parcel):
    carrier.faults(fail=[{"kind": "400"}])
    drain_orders()
    html = page(at_desk).content.decode()
    assert "Đơn hàng không được nhận" in html and "Sửa và gửi lại" in html
    assert html.index("Đơn hàng không được nhận") < html.index("Từ lúc")


def test_hand_over_asks_first_and_then_writes(at_desk, carrier, parcel):
    stories.sent(parcel)
    address = reverse("parcel-hand-over", args=[parcel.public_id])
    assert "Đã bàn giao" in at_desk.get(address).content.decode()
    assert Parcel.objects.get().handed_over_at is None
    html = at_desk.post(address, follow=True).content.decode()
    assert "Đã ghi nhận bàn giao" in html and Parcel.objects.get().handed_over_at


def test_a_refused_press_says_why(at_desk, parcel):
    address = reverse("parcel-hand-over", args=[parcel.public_id])
    assert "Bưu điện chưa nhận đơn" in at_desk.post(address, follow=True).content.decode()


def test_the_address_is_corrected_and_the_order_sent_again(at_desk, carrier, parcel):
    carrier.faults(fail=[{"kind": "400"}])
    drain_orders()
    sent = {
        "name": "Nguyễn Văn Bình",
        "phone": "0987654321",
        "address-province": "20",
        "address-ward": "06184",
        "address-detail": "Số 7, khu Ga",
    }
    address = reverse("parcel-send-again", args=[parcel.public_id])
    html = at_desk.post(address, sent, follow=True).content.decode()
    assert "Đã xếp đơn để gửi lại" in html
    assert Parcel.objects.get().receiver_street == "Số 7, khu Ga"
    assert Order.objects.get().dead_at is None


def test_a_wrong_phone_is_said_at_its_place_and_typing_is_kept(at_desk, carrier, parcel):
    carrier.faults(fail=[{"kind": "400"}])
    drain_orders()
    sent = {"name": "Nguyễn Văn Bình", "phone": "12", "address-detail": "Số 7, khu Ga"}
    address = reverse("parcel-send-again", args=[parcel.public_id])
    answer = at_desk.post(address, sent)
    html = answer.content.decode()
    assert answer.status_code == 200 and "Có lỗi" in html and "Số 7, khu Ga" in html
    assert Order.objects.get().dead_at


def test_cancel_asks_first(at_desk, parcel):
    address = reverse("parcel-cancel", args=[parcel.public_id])
    at_desk.get(address)
    assert Parcel.objects.get().state == "queued"
    at_desk.post(address)
    assert Parcel.objects.get().state == "cancelled"


@pytest.mark.parametrize("tab", ["", "can-xu-ly", "cho-ban-giao", "dang-di", "da-phat", "xyz"])
def test_every_tab_opens(at_desk, parcel, tab):
    assert page(at_desk, hang=tab).status_code == 200


def test_a_list_of_50_costs_as_many_queries_as_one_of_1(at_desk, parcel):
    with CaptureQueriesContext(connection) as one:
        page(at_desk)
    many(parcel, 50)
    with CaptureQueriesContext(connection) as fifty:
        page(at_desk)
    assert len(fifty) == len(one) <= 7


def many(parcel, number):
    """More parcels of other dossiers, half of them refused by the post."""
    for n, twin in enumerate(stories.copies_of(parcel, number)):
        if n % 2:
            twin.orders.update(dead_at=factories.MORNING)


def test_pages_follow_one_another_without_loss(at_desk, parcel):
    many(parcel, 30)
    Order.objects.update(dead_at=None)
    first = page(at_desk).context["page"]
    second = page(at_desk, sau=first.next_cursor).context["page"]
    assert len({row.pk for row in [*first.rows, *second.rows]}) == 31
    assert not second.has_next
