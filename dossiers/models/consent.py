import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from procedures.models import Service

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5


class ConsentMethod(models.TextChoices):
    CODE = "code", "Mã dùng một lần"
    SLIP = "slip", "Phiếu đồng ý có chữ ký"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def asked_by(self, user: Any) -> "ConsentQuerySet":
        return self.filter(officer=user)


class Consent(models.Model):
    """A citizen lets an officer fill in and file one dossier for them. Asked before the officer
    sees anything of the citizen's; the code is kept only as a keyed hash."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    citizen = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents", verbose_name="Người dân"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Cán bộ"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="Cơ quan")
    service = models.ForeignKey(Service, models.PROTECT, verbose_name="Dịch vụ công")
    asked_at = models.DateTimeField("Hỏi lúc")
    code_hash = models.CharField("Dấu của mã", max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField("Gửi mã lúc", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("Số lần nhập", default=0)
    method = models.CharField("Cách", max_length=4, choices=ConsentMethod.choices, blank=True)
    given_at = models.DateTimeField("Đồng ý lúc", null=True, blank=True)
    slip_sha256 = models.CharField("SHA-256 của phiếu", max_length=64, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "sự đồng ý nộp giúp"
        verbose_name_plural = "sự đồng ý nộp giúp"
        constraints = [
            models.CheckConstraint(
                condition=Q(given_at=None, method="")
                | Q(given_at__isnull=False, method=ConsentMethod.CODE) & ~Q(code_hash="")
                | Q(given_at__isnull=False, method=ConsentMethod.SLIP) & ~Q(slip_sha256=""),
                name="consent_given_has_proof",
                violation_error_message="Sự đồng ý phải có mã hoặc phiếu làm bằng chứng.",
            ),
            models.CheckConstraint(
                condition=~Q(citizen=models.F("officer")),
                name="consent_of_another",
                violation_error_message="Không ai tự đồng ý cho chính mình nộp giúp.",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=CODE_TRIES),
                name="consent_few_tries",
                violation_error_message="Đã nhập mã quá số lần cho phép.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.citizen} – {self.service}"

    def code_open(self, at: datetime) -> bool:
        """Whether the code that was sent may still be typed."""
        sent = self.code_sent_at
        fresh = sent is not None and sent <= at < sent + CODE_LASTS
        return fresh and self.tries < CODE_TRIES and self.given_at is None
