"""The database agrees, in Vietnamese."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from postal.models import Order, OrderAttempt, Parcel, ParcelEvent, Tariff
from tests import factories

pytestmark = pytest.mark.both


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": "flying"}, "Trạng thái bưu gửi không có trong danh sách."),
        ({"direction": "X"}, "Chiều gửi không có trong danh sách."),
        ({"round": 0}, "Lần gửi bắt đầu từ 1."),
        ({"handed_over_at": factories.MORNING}, "Bàn giao cần cả thời điểm và người bàn giao."),
        ({"state": "delivered"}, "Bưu gửi đã phát phải có thời điểm phát."),
        ({"receiver_phone": ""}, "Cần đủ tên, điện thoại và địa chỉ người nhận."),
    ],
)
def test_a_parcel_keeps_its_rules(parcel, change, sentence):
    for name, value in change.items():
        setattr(parcel, name, value)
    with pytest.raises(ValidationError, match=sentence.replace(".", r"\.")):
        parcel.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.filter(pk=parcel.pk).update(**change)


def test_one_parcel_a_dossier_and_direction(parcel):
    twin = Parcel.objects.get()
    twin.pk = None
    with pytest.raises(ValidationError, match="Hồ sơ đã có bưu gửi theo chiều này"):
        twin.validate_constraints()


def test_one_order_a_round(parcel):
    twin = Order(key="khac", parcel=parcel, round=1, carrier="vnpost")
    with pytest.raises(ValidationError, match="Lần gửi này đã có đơn"):
        twin.validate_constraints()


def test_an_attempt_ends_with_an_outcome(parcel):
    attempt = OrderAttempt(
        order=Order.objects.get(),
        kind="create",
        started_at=factories.MORNING,
        ended_at=factories.MORNING,
    )
    with pytest.raises(ValidationError, match="phải đi cùng nhau"):
        attempt.validate_constraints()
    attempt.outcome = "maybe"
    with pytest.raises(ValidationError, match="Kết quả gọi không có trong danh sách"):
        attempt.validate_constraints()


def test_an_event_is_written_once(parcel):
    known = {
        "parcel": parcel,
        "order": Order.objects.get(),
        "carrier": "vnpost",
        "event_id": "1",
        "stage": "accepted",
        "received_at": factories.MORNING,
        "source": "feed",
    }
    ParcelEvent.objects.create(**known)
    with pytest.raises(ValidationError, match="Tin này đã được ghi"):
        ParcelEvent(**known).validate_constraints()


def test_a_tariff_has_one_price_a_day_and_zone(db):
    Tariff.objects.create(carrier="vnpost", zone="inside", price=26000, valid_from="2026-01-01")
    with pytest.raises(ValidationError, match="Đã có cước của vùng này từ ngày đó"):
        Tariff(
            carrier="vnpost", zone="inside", price=1, valid_from="2026-01-01"
        ).validate_constraints()
    with pytest.raises(ValidationError, match="Vùng cước không có trong danh sách"):
        Tariff(
            carrier="vnpost", zone="moon", price=1, valid_from="2026-01-01"
        ).validate_constraints()


def test_the_price_of_the_day(db):
    for start, price in [("2026-01-01", 26000), ("2026-07-01", 30000)]:
        Tariff.objects.create(carrier="vnpost", zone="inside", price=price, valid_from=start)
    price = Tariff.objects.price
    assert price("vnpost", "inside", date(2026, 6, 30)) == 26000
    assert price("vnpost", "inside", date(2026, 7, 1)) == 30000
    assert price("vnpost", "outside", date(2026, 7, 1)) is None
