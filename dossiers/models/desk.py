"""What officers keep beside the dossiers: labels, saved views, who has a dossier open."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.desk import desk_of
from accounts.models import Agency
from dossiers.models.dossier import Dossier


class Colour(models.TextChoices):
    """Names of classes in officer.css; the text is always there too."""

    BLUE = "cham", "Xanh chàm"
    GREEN = "green", "Xanh lá"
    AMBER = "amber", "Vàng"
    RED = "red", "Đỏ"
    GREY = "grey", "Xám"


class LabelQuerySet(models.QuerySet["Label"]):
    def visible_to(self, user: Any) -> "LabelQuerySet":
        """Those of the agencies the person works for; another office's labels are its own."""
        return self.filter(agency__in=desk_of(user).dossier_agencies)


class Label(models.Model):
    """A word of an agency's own, put on dossiers. Citizens never see it."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="Cơ quan")
    text = models.CharField("Nhãn", max_length=30)
    colour = models.CharField("Màu", max_length=5, choices=Colour.choices, default=Colour.BLUE)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người tạo"
    )
    dossiers: "models.ManyToManyField[Dossier, DossierLabel]" = models.ManyToManyField(
        Dossier, through="DossierLabel", related_name="labels"
    )

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = "nhãn hồ sơ"
        verbose_name_plural = "nhãn hồ sơ"
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "text"],
                name="label_text_once",
                violation_error_message="Cơ quan đã có nhãn này.",
            ),
            models.CheckConstraint(
                condition=Q(colour__in=Colour.values),
                name="label_colour_known",
                violation_error_message="Màu không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class DossierLabel(models.Model):
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+", db_index=False)
    label = models.ForeignKey(Label, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("Gắn lúc")

    class Meta:
        verbose_name = "nhãn trên hồ sơ"
        verbose_name_plural = "nhãn trên hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "label"], name="dossier_label_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} {self.dossier_id}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """One's own, and those shared with an agency one works for."""
        shared = Q(agency__in=desk_of(user).dossier_agencies)
        return self.filter(Q(owner=user) | shared)


class SavedView(models.Model):
    """A name for an address of the queue page: queue, scope, filters and columns as its query
    says them. It widens nothing: whoever opens it sees what they may see."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="Người lưu"
    )
    agency = models.ForeignKey(
        Agency,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Dùng chung trong",
    )
    name = models.CharField("Tên", max_length=60)
    query = models.CharField("Bộ lọc", max_length=1000)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "bộ lọc đã lưu"
        verbose_name_plural = "bộ lọc đã lưu"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_view_name_once",
                violation_error_message="Bạn đã có một bộ lọc tên này.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueColumns(models.Model):
    """The columns a person last chose for a queue; an address that names its own goes before."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    queue = models.CharField("Hàng đợi", max_length=30)
    columns = models.JSONField("Các cột")

    class Meta:
        verbose_name = "cột của hàng đợi"
        verbose_name_plural = "cột của hàng đợi"
        constraints = [
            models.UniqueConstraint(fields=["owner", "queue"], name="queue_columns_once"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.queue}"


class Looking(models.Model):
    """A dossier open on somebody's screen, told by that screen every half minute."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="looking", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField("Mở từ lúc")
    seen_at = models.DateTimeField("Còn mở lúc")
    # When the visit before this one ended: what came after it is new to this person.
    before_at = models.DateTimeField("Lần xem trước", null=True, blank=True)

    class Meta:
        verbose_name = "người đang mở hồ sơ"
        verbose_name_plural = "người đang mở hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "user"], name="looking_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.dossier_id}"
