"""What officers write beside a dossier: private notes, opinions of other units. None of it moves
the dossier, and none of it is the citizen's to read."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.desk import desk_of
from accounts.models import Agency
from dossiers.models.dossier import Dossier
from dossiers.models.paper import Paper


class NoteQuerySet(models.QuerySet["Note"]):
    def standing(self) -> "NoteQuerySet":
        return self.filter(removed_at=None)


class Note(models.Model):
    """A private note between officers; taken back it leaves its writer and time."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="Người ghi")
    at = models.DateTimeField("Ghi lúc")
    text = models.TextField("Ghi chú", max_length=2000, blank=True)
    removed_at = models.DateTimeField("Gỡ lúc", null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "ghi chú nội bộ"
        verbose_name_plural = "ghi chú nội bộ"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None) & ~Q(text="") | Q(removed_at__isnull=False, text=""),
                name="note_says_something",
                violation_error_message="Ghi chú phải có nội dung.",
            )
        ]

    def __str__(self) -> str:
        return self.text


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: Any) -> "OpinionQuerySet":
        """Those asked of the units the person works for, and those about their dossiers: never
        about a dossier they have a part in."""
        agencies = desk_of(user).dossier_agencies if user.is_authenticated else frozenset()
        if not agencies:
            return self.none()
        own = Dossier.objects.at_desk_of(user).values("pk")
        others = Dossier.objects.apart_from(user).values("pk")
        return self.filter(Q(agency__in=agencies, dossier__in=others) | Q(dossier__in=own))

    def waiting(self) -> "OpinionQuerySet":
        return self.filter(answered_at=None, cancelled_at=None)


class Opinion(models.Model):
    """Another unit is asked about a dossier, until a day (lấy ý kiến phối hợp). Until it has
    answered it reads the declaration and the papers shown to it, nothing else; the dossier's clock
    runs on."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="opinions")
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name="Đơn vị được hỏi"
    )
    # Of the dossier's agencies the one that asks; the dossier itself goes on.
    asking_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", db_index=False, verbose_name="Cơ quan hỏi"
    )
    question = models.TextField("Nội dung xin ý kiến", max_length=2000)
    papers = models.ManyToManyField(Paper, related_name="opinions", blank=True)
    due_on = models.DateField("Trả lời trước hết ngày")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người hỏi"
    )
    asked_at = models.DateTimeField("Hỏi lúc")
    answer = models.TextField("Ý kiến", max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người trả lời",
    )
    answered_at = models.DateTimeField("Trả lời lúc", null=True, blank=True)
    cancelled_at = models.DateTimeField("Thôi hỏi lúc", null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "ý kiến phối hợp"
        verbose_name_plural = "ý kiến phối hợp"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["agency", "due_on", "id"],
                condition=Q(answered_at=None, cancelled_at=None),
                name="opinion_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "agency"],
                condition=Q(answered_at=None, cancelled_at=None),
                name="opinion_one_open",
                violation_error_message="Đơn vị này đang được hỏi về hồ sơ, chưa trả lời.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="opinion_answer_is_whole",
                violation_error_message="Ý kiến trả lời phải có người, lúc và nội dung.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(cancelled_at=None),
                name="opinion_answered_or_cancelled",
                violation_error_message="Ý kiến đã trả lời không thể thôi hỏi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.dossier}"

    @property
    def waits(self) -> bool:
        return self.answered_at is None and self.cancelled_at is None
