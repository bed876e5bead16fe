import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from procedures.models.version import ProcedureVersion, VersionState


class FilePurpose(models.TextChoices):
    FORM = "form", "Mẫu đơn, tờ khai"
    SAMPLE = "sample", "Bản điền mẫu"
    GUIDANCE = "guidance", "Hướng dẫn"


class CatalogueFileQuerySet(models.QuerySet["CatalogueFile"]):
    def public(self) -> "CatalogueFileQuerySet":
        """Named by a version in force: what only drafts or former versions name is not."""
        uses = CatalogueFile.versions.through._default_manager.filter(
            cataloguefile=OuterRef("pk"), procedureversion__state=VersionState.PUBLISHED
        )
        return self.filter(Exists(uses))


class CatalogueFile(models.Model):
    """A form to fill, a filled example or a piece of guidance, as a clean copy. Records name it
    by its public id; `versions` are those published ones that do."""

    public_id = models.UUIDField("Mã tệp", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("Tên tệp", max_length=150)
    kind = models.CharField("Loại", max_length=8)
    mime = models.CharField("Kiểu nội dung", max_length=100)
    size = models.PositiveIntegerField("Dung lượng (byte)")
    sha256 = models.CharField("Dấu nội dung", max_length=64, db_index=True)
    stored_name = models.CharField("Nơi lưu", max_length=200, db_index=True)
    purpose = models.CharField("Dùng làm", max_length=8, choices=FilePurpose.choices)
    uploaded_at = models.DateTimeField("Tải lên lúc")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="Người tải lên",
    )
    versions = models.ManyToManyField(ProcedureVersion, related_name="files", editable=False)

    objects = CatalogueFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp của danh mục"
        verbose_name_plural = "tệp của danh mục"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "name", "purpose"],
                name="catalogue_file_once",
                violation_error_message="Tệp này đã được tải lên.",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=FilePurpose.values),
                name="catalogue_file_purpose_known",
                violation_error_message="Mục đích của tệp không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue-file", args=[self.public_id, self.name])
