from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier
from procedures.models import Requirement


class AdditionRoundQuerySet(models.QuerySet["AdditionRound"]):
    def waiting(self) -> "AdditionRound | None":
        """The one that waits for its citizen's answer (a dossier has at most one)."""
        return self.filter(completed_at=None, answered_at=None).first()


class AdditionRound(models.Model):
    """One request for additions (Mẫu 02): everything that is missing, said once."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField("Lần")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("Yêu cầu lúc")
    reason = models.TextField("Lý do")
    answer_due_at = models.DateTimeField("Hạn bổ sung")
    answered_at = models.DateTimeField("Công dân gửi lúc", null=True, blank=True)
    answer_note = models.TextField("Lời nhắn của công dân", blank=True)
    completed_at = models.DateTimeField("Hoàn thành lúc", null=True, blank=True)
    # Closed without an answer: its time was over (T15).
    lapsed = models.BooleanField("Quá hạn không bổ sung", default=False)
    answers_before = models.JSONField("Tờ khai trước khi sửa", default=dict, blank=True)

    # What the citizen has re-answered and not sent yet: {key of the e-form: answer}.
    answers_draft = models.JSONField("Phần đang làm", default=dict, blank=True)
    note_draft = models.TextField("Lời nhắn đang viết", blank=True)
    saved_at = models.DateTimeField("Lưu lúc", null=True, blank=True)
    reminded_at = models.DateTimeField("Nhắc hạn lúc", null=True, blank=True)

    objects = AdditionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "lần yêu cầu bổ sung"
        verbose_name_plural = "lần yêu cầu bổ sung"
        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["answer_due_at"],
                condition=Q(answered_at=None, reminded_at=None),
                name="round_to_remind",
            ),
            models.Index(
                fields=["answer_due_at"],
                condition=Q(answered_at=None, completed_at=None),
                name="round_to_lapse",
            ),
            models.Index(fields=["asked_at"], name="round_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(completed_at=None),
                name="round_one_open",
                violation_error_message="Hồ sơ đang có một yêu cầu bổ sung chưa xong.",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(answered_at__isnull=False) | Q(lapsed=True),
                name="round_completed_was_answered",
                violation_error_message="Yêu cầu bổ sung chưa được trả lời.",
            ),
            models.CheckConstraint(
                condition=Q(lapsed=False) | Q(completed_at__isnull=False, answered_at=None),
                name="round_lapsed_is_closed",
                violation_error_message="Chỉ yêu cầu đã đóng, chưa trả lời mới là quá hạn.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} lần {self.number}"


class Deficiency(models.Model):
    """One thing to mend, pinned to a paper or to a field of the e-form."""

    round = models.ForeignKey(AdditionRound, models.CASCADE, related_name="deficiencies")
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True)
    field_key = models.CharField("Ô của tờ khai", max_length=40, blank=True)
    label = models.TextField("Nội dung")
    reason = models.TextField("Cần bổ sung")

    class Meta:
        verbose_name = "nội dung cần bổ sung"
        verbose_name_plural = "nội dung cần bổ sung"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(requirement__isnull=False) & Q(field_key=""))
                | (Q(requirement__isnull=True) & ~Q(field_key="")),
                name="deficiency_has_one_place",
                violation_error_message="Mỗi nội dung thuộc một giấy tờ hoặc một ô của tờ khai.",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def as_data(self) -> dict[str, Any]:
        return {"label": self.label, "reason": self.reason}
