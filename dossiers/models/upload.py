import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier
from dossiers.models.paper import Paper
from procedures.models import Requirement


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: Any) -> "UploadQuerySet":
        """Only who sends the file, and only while the dossier is theirs to see."""
        dossiers = Dossier.objects.visible_to(user)
        return (
            self.filter(owner=user, dossier__in=dossiers) if user.is_authenticated else self.none()
        )

    def unfinished(self) -> "UploadQuerySet":
        """Neither a paper yet nor refused."""
        return self.filter(paper=None, refused="")


class Upload(models.Model):
    """A file that comes in pieces (tus 1.0.0). How much of it is here only the file itself
    says: `received` is what the last request saw, for lists."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="Người gửi")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="uploads")
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, null=True, blank=True, verbose_name="Thành phần hồ sơ"
    )
    field_key = models.CharField("Ô của tờ khai", max_length=40, blank=True)
    replaces = models.ForeignKey(
        Paper, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Thay cho"
    )
    filename = models.CharField("Tên tệp", max_length=150)
    mark = models.CharField("Dấu nhận ra tệp trên máy người gửi", max_length=40, blank=True)
    length = models.PositiveBigIntegerField("Kích thước (byte)")
    received = models.PositiveBigIntegerField("Đã nhận (byte)", default=0)
    stored_name = models.CharField("Nơi lưu", max_length=200, unique=True)
    created_at = models.DateTimeField("Bắt đầu lúc")
    expires_at = models.DateTimeField("Giữ đến", db_index=True)
    refused = models.CharField("Lý do không nhận", max_length=500, blank=True)
    paper = models.OneToOneField(
        Paper, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Giấy tờ"
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp đang gửi"
        verbose_name_plural = "tệp đang gửi"
        constraints = [
            models.CheckConstraint(
                condition=Q(requirement__isnull=False) | ~Q(field_key=""),
                name="upload_has_place",
                violation_error_message="Tệp phải thuộc một thành phần hồ sơ hoặc một ô.",
            ),
            models.CheckConstraint(
                condition=Q(length__gt=0),
                name="upload_not_empty",
                violation_error_message="Tệp không có nội dung.",
            ),
            models.CheckConstraint(
                condition=Q(received__lte=models.F("length")),
                name="upload_not_too_long",
                violation_error_message="Đã nhận nhiều hơn kích thước đã báo.",
            ),
            models.CheckConstraint(
                condition=Q(paper=None) | Q(refused=""),
                name="upload_one_end",
                violation_error_message="Một tệp không thể vừa được nhận vừa bị từ chối.",
            ),
        ]

    def __str__(self) -> str:
        return self.filename
