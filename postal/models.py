"""Parcels, their orders at a carrier, and what the carrier told us about them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.desk import desk_of
from accounts.models import Agency, Province, Ward
from accounts.roles import Role
from dossiers.models import Dossier
from portal.lib.codes import is_s10
from portal.lib.outbox import OutboxQuerySet, OutboxRow
from postal.states import AT_THE_POST, CARDS, Card, ParcelState


class Direction(models.TextChoices):
    """COLLECT brings papers to the office, RETURN takes results home. The value is the letter in
    the order number."""

    COLLECT = "G", "Thu gom hồ sơ"
    RETURN = "T", "Trả kết quả"


# As written here it is the condition of an index: keep both the same.
TROUBLE = Q(state__in=[ParcelState.FAILED, ParcelState.RETURNED]) | ~Q(problem="")


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def visible_to(self, user: Any) -> ParcelQuerySet:
        """Those of the agencies where the user does the post."""
        return self.filter(agency__in=desk_of(user).agencies_as(Role.POSTAL))

    def in_trouble(self) -> ParcelQuerySet:
        """Not delivered, come back, or delivered but the dossier could not follow."""
        return self.filter(TROUBLE)

    def waiting_for_hand_over(self) -> ParcelQuerySet:
        return self.filter(state=ParcelState.SENT, handed_over_at=None)

    def on_the_way(self) -> ParcelQuerySet:
        return self.filter(state__in=AT_THE_POST)

    def with_names(self) -> ParcelQuerySet:
        """What a list row shows, in one query."""
        return self.select_related("dossier", "receiver_ward", "receiver_province")


class Parcel(models.Model):
    """What travels between an office and a citizen; one per dossier and direction, whatever
    happens to it: sending it again is the next round."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    dossier = models.ForeignKey(
        Dossier, models.PROTECT, related_name="parcels", verbose_name="Hồ sơ"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="Cơ quan gửi")
    direction = models.CharField("Chiều", max_length=1, choices=Direction.choices)
    round = models.PositiveSmallIntegerField("Lần gửi", default=1)
    carrier = models.CharField("Đơn vị vận chuyển", max_length=20)
    state = models.CharField(
        "Trạng thái", max_length=20, choices=ParcelState.choices, default=ParcelState.QUEUED
    )
    state_at = models.DateTimeField("Từ lúc")
    tracking_no = models.CharField("Mã vận đơn", max_length=40, blank=True)
    receiver_name = models.CharField("Người nhận", max_length=150)
    receiver_phone = models.CharField("Điện thoại", max_length=16)
    receiver_street = models.CharField("Số nhà, đường, thôn", max_length=200)
    receiver_ward = models.ForeignKey(
        Ward, models.PROTECT, related_name="+", verbose_name="Xã, phường"
    )
    receiver_province = models.ForeignKey(
        Province, models.PROTECT, related_name="+", verbose_name="Tỉnh, thành phố"
    )
    contents = models.CharField("Nội dung", max_length=250)
    cod_amount = models.PositiveBigIntegerField("Thu hộ (đồng)", default=0)
    created_at = models.DateTimeField("Tạo lúc")
    sent_at = models.DateTimeField("Bưu điện nhận đơn lúc", null=True, blank=True)
    handed_over_at = models.DateTimeField("Bàn giao lúc", null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người bàn giao",
    )
    delivered_at = models.DateTimeField("Phát lúc", null=True, blank=True)
    problem = models.CharField("Vướng mắc", max_length=250, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = "bưu gửi"
        verbose_name_plural = "bưu gửi"
        indexes = [
            models.Index(fields=["agency", "-id"], name="parcel_agency"),
            models.Index(fields=["agency", "state", "-id"], name="parcel_agency_state"),
            models.Index(fields=["agency", "-id"], condition=TROUBLE, name="parcel_trouble"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "direction"],
                name="parcel_once",
                violation_error_message="Hồ sơ đã có bưu gửi theo chiều này.",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values),
                name="parcel_direction_known",
                violation_error_message="Chiều gửi không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ParcelState.values),
                name="parcel_state_known",
                violation_error_message="Trạng thái bưu gửi không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(round__gte=1),
                name="parcel_round_from_one",
                violation_error_message="Lần gửi bắt đầu từ 1.",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None, handed_over_by=None)
                | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
                name="parcel_hand_over_pair",
                violation_error_message="Bàn giao cần cả thời điểm và người bàn giao.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ParcelState.DELIVERED) | Q(delivered_at__isnull=False),
                name="parcel_delivered_has_time",
                violation_error_message="Bưu gửi đã phát phải có thời điểm phát.",
            ),
            models.CheckConstraint(
                condition=~Q(receiver_name="") & ~Q(receiver_phone="") & ~Q(receiver_street=""),
                name="parcel_has_address",
                violation_error_message="Cần đủ tên, điện thoại và địa chỉ người nhận.",
            ),
        ]

    def __str__(self) -> str:
        return self.order_number

    @property
    def order_number(self) -> str:
        """Our key at the carrier: `<dossier code>-T1`."""
        return f"{self.dossier.code}-{self.direction}{self.round}"

    @property
    def receiver_address(self) -> str:
        """Street and ward; the province goes to the carrier as a code."""
        return f"{self.receiver_street}, {self.receiver_ward.full_name}"

    @property
    def card(self) -> Card:
        return CARDS[self.state]

    @property
    def odd_tracking_no(self) -> bool:
        """Not a UPU S10 number: shown with a mark, never refused (domain.md §5.6)."""
        return bool(self.tracking_no) and not is_s10(self.tracking_no)


class Order(OutboxRow):
    """The order for one round of a parcel; `key` is the carrier's OrderNumber. Its place in the
    outbox says whether it has to be sent, its parcel where the item is."""

    parcel = models.ForeignKey(
        Parcel, models.PROTECT, related_name="orders", verbose_name="Bưu gửi"
    )
    round = models.PositiveSmallIntegerField("Lần gửi")
    carrier = models.CharField("Đơn vị vận chuyển", max_length=20)

    objects = OutboxQuerySet["Order"].as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "đơn gửi bưu điện"
        verbose_name_plural = "đơn gửi bưu điện"
        constraints = [
            *OutboxRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["parcel", "round"],
                name="order_round_once",
                violation_error_message="Lần gửi này đã có đơn.",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class AttemptKind(models.TextChoices):
    CREATE = "create", "Gửi đơn"
    FIND = "find", "Hỏi đơn"
    CANCEL = "cancel", "Hủy đơn"


class AttemptOutcome(models.TextChoices):
    """ "" = the call is under way, or the one who made it was killed: unknown to this day."""

    ACCEPTED = "accepted", "Bưu điện nhận"
    DUPLICATE = "duplicate", "Bưu điện đã có đơn"
    MISSING = "missing", "Bưu điện chưa có đơn"
    RETRY = "retry", "Chưa đến nơi, gửi lại sau"
    FINAL = "final", "Bưu điện từ chối"
    UNKNOWN = "unknown", "Không rõ đã đến nơi hay chưa"


class OrderAttempt(models.Model):
    """One call about an order. Written before the call, its outcome filled in once after it, and
    never touched again."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="calls", verbose_name="Đơn")
    kind = models.CharField("Việc", max_length=8, choices=AttemptKind.choices)
    started_at = models.DateTimeField("Bắt đầu lúc")
    ended_at = models.DateTimeField("Kết thúc lúc", null=True, blank=True)
    outcome = models.CharField(
        "Kết quả", max_length=10, choices=AttemptOutcome.choices, blank=True, default=""
    )
    detail = models.CharField("Chi tiết", max_length=500, blank=True)

    class Meta:
        verbose_name = "lần gọi bưu điện"
        verbose_name_plural = "lần gọi bưu điện"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="attempt_end_pair",
                violation_error_message="Kết quả và thời điểm kết thúc phải đi cùng nhau.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *AttemptOutcome.values]),
                name="attempt_outcome_known",
                violation_error_message="Kết quả gọi không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_kind_display()}"


class EventSource(models.TextChoices):
    FEED = "feed", "Bảng tin"
    CALLBACK = "callback", "Bưu điện gọi lại"


class ParcelEvent(models.Model):
    """What the carrier told us once about an item; kept raw, never changed."""

    parcel = models.ForeignKey(
        Parcel, models.PROTECT, related_name="events", verbose_name="Bưu gửi"
    )
    order = models.ForeignKey(Order, models.PROTECT, related_name="events", verbose_name="Đơn")
    carrier = models.CharField("Đơn vị vận chuyển", max_length=20)
    event_id = models.CharField("Mã sự kiện", max_length=64)
    code = models.CharField("Mã của bưu điện", max_length=40, blank=True)
    stage = models.CharField("Ý nghĩa", max_length=20)
    message = models.CharField("Lời của bưu điện", max_length=250, blank=True)
    at = models.DateTimeField("Xảy ra lúc", null=True, blank=True)
    received_at = models.DateTimeField("Nhận tin lúc")
    source = models.CharField("Nguồn", max_length=8, choices=EventSource.choices)

    class Meta:
        verbose_name = "tin của bưu điện"
        verbose_name_plural = "tin của bưu điện"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "event_id"],
                name="parcelevent_once",
                violation_error_message="Tin này đã được ghi.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.code}"


class FeedCursor(models.Model):
    """How far we have read a carrier's feed; never moves back."""

    carrier = models.CharField("Đơn vị vận chuyển", max_length=20, unique=True)
    last_id = models.CharField("Đã đọc đến", max_length=64)
    polled_at = models.DateTimeField("Đọc lúc", null=True, blank=True)
    last_error = models.CharField("Lỗi gần nhất", max_length=250, blank=True)

    class Meta:
        verbose_name = "vị trí đọc bảng tin"
        verbose_name_plural = "vị trí đọc bảng tin"

    def __str__(self) -> str:
        return f"{self.carrier}: {self.last_id}"


class Zone(models.TextChoices):
    INSIDE = "inside", "Trong tỉnh"
    OUTSIDE = "outside", "Ngoài tỉnh"


class TariffQuerySet(models.QuerySet["Tariff"]):
    def price(self, carrier: str, zone: str, on: date) -> int | None:
        """Đồng for one parcel on that day; None when nobody has entered a price."""
        rows = self.filter(carrier=carrier, zone=zone, valid_from__lte=on)
        return rows.order_by("-valid_from").values_list("price", flat=True).first()


class Tariff(models.Model):
    """Postage for one parcel, as agreed with the carrier (ceilings: TT 22/2017/TT-BTTTT)."""

    carrier = models.CharField("Đơn vị vận chuyển", max_length=20)
    zone = models.CharField("Vùng", max_length=8, choices=Zone.choices)
    price = models.PositiveIntegerField("Cước (đồng)")
    valid_from = models.DateField("Áp dụng từ")

    objects = TariffQuerySet.as_manager()

    class Meta:
        verbose_name = "cước bưu chính"
        verbose_name_plural = "cước bưu chính"
        ordering = ["carrier", "zone", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "zone", "valid_from"],
                name="tariff_once",
                violation_error_message="Đã có cước của vùng này từ ngày đó.",
            ),
            models.CheckConstraint(
                condition=Q(zone__in=Zone.values),
                name="tariff_zone_known",
                violation_error_message="Vùng cước không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.get_zone_display()}: {self.price} đ"
