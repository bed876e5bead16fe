from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.http import url_has_allowed_host_and_scheme

from portal.lib.outbox import OutboxQuerySet, OutboxRow


class NoticeChannel(models.TextChoices):
    EMAIL = "email", "Thư điện tử"
    PORTAL = "portal", "Hộp thư trên cổng"


class NoticeQuerySet(OutboxQuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """A person reads their own notices, and never a mail's secret twice (see `listed`)."""
        return self.filter(user=user, listed=True)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def to_mail(self) -> "NoticeQuerySet":
        return self.filter(channel=NoticeChannel.EMAIL)


class Notice(OutboxRow):
    """Something we tell a person: a row of the citizen's inbox, and a mail when an
    address is known. Every mail of the portal is one (also allauth's)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="Người nhận",
    )
    channel = models.CharField("Kênh", max_length=8, choices=NoticeChannel.choices)
    kind = models.CharField("Loại", max_length=40)
    to_address = models.CharField("Địa chỉ nhận", max_length=254, blank=True)
    subject = models.CharField("Tiêu đề", max_length=250)
    body = models.TextField("Nội dung")
    html = models.TextField("Nội dung HTML", blank=True)
    link = models.CharField("Đường dẫn trên cổng", max_length=200, blank=True)
    listed = models.BooleanField("Hiện trong hộp thư", default=True)
    read_at = models.DateTimeField("Đọc lúc", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["user", "-id"], name="notice_inbox"),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(channel="email") | ~Q(to_address=""),
                name="notice_mail_has_address",
                violation_error_message="Thư điện tử cần địa chỉ nhận.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def path(self) -> str:
        """`link` when it is a path of this portal, else empty: nothing else is ever followed."""
        ours = self.link.startswith("/")
        return self.link if ours and url_has_allowed_host_and_scheme(self.link, None) else ""
