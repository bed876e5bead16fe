import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from dossiers.models.dossier import Dossier
from dossiers.models.paper import CheckState
from portal.lib.outbox import OutboxQuerySet, OutboxRow

LONGEST = 2000


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> "MessageQuerySet":
        return self.filter(dossier__in=Dossier.objects.visible_to(user))

    def unread_by_office(self) -> "MessageQuerySet":
        return self.filter(read_at=None, from_office=False)

    def unread_by_citizen(self) -> "MessageQuerySet":
        return self.filter(read_at=None, from_office=True)


class Message(models.Model):
    """One message about a dossier between its people and the office; never changed or deleted.
    `read_at`: when the other side said it has read it (an office reads as one)."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="messages")
    from_office = models.BooleanField("Của cơ quan")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người viết"
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Cơ quan"
    )
    body = models.TextField("Nội dung", max_length=LONGEST)
    token = models.UUIDField("Mã lần gửi")
    sent_at = models.DateTimeField("Gửi lúc")
    read_at = models.DateTimeField("Đọc lúc", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "tin nhắn"
        verbose_name_plural = "tin nhắn"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["dossier", "from_office"],
                condition=Q(read_at=None),
                name="message_unread",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "token"], name="message_once"),
            models.CheckConstraint(
                condition=~Q(body=""),
                name="message_says_something",
                violation_error_message="Hãy viết nội dung tin nhắn.",
            ),
            models.CheckConstraint(
                condition=Q(from_office=True, agency__isnull=False)
                | Q(from_office=False, agency=None),
                name="message_of_one_side",
                violation_error_message="Tin của cơ quan phải ghi cơ quan nào.",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="message_read_by_somebody",
                violation_error_message="Tin đã đọc phải ghi ai đọc, lúc nào.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.sent_at:%d/%m/%Y}"


class MessageFile(OutboxRow):
    """A file sent with a message. Like a paper it waits for the worker's check and is shown to
    the other side only when it is clean; unlike a paper it is no part of the dossier."""

    max_attempts = 30_000  # as Paper: given up it would be "being checked" for good

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    message = models.ForeignKey(Message, models.PROTECT, related_name="files")
    filename = models.CharField("Tên tệp", max_length=150)
    stored_name = models.CharField("Nơi lưu", max_length=200)
    kind = models.CharField("Loại tệp", max_length=8)
    mime = models.CharField("Kiểu nội dung", max_length=100)
    size = models.PositiveBigIntegerField("Kích thước (byte)")
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(
        "Kiểm tra", max_length=10, choices=CheckState.choices, default=CheckState.PENDING
    )
    state_note = models.CharField("Ghi chú kiểm tra", max_length=250, blank=True)

    objects: OutboxQuerySet["MessageFile"] = OutboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "tệp của tin nhắn"
        verbose_name_plural = "tệp của tin nhắn"
        ordering = ["id"]
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["stored_name"], name="messagefile_stored"),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="messagefile_not_empty",
                violation_error_message="Tệp không có nội dung.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CheckState.values),
                name="messagefile_state_known",
                violation_error_message="Trạng thái kiểm tra không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.filename
