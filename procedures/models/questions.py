"""Questions people ask about a procedure, and the answers that then help everybody there."""

import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.desk import desk_of
from accounts.roles import Role
from portal.lib.text import fold
from procedures.models.catalogue import Procedure, Service

QUESTION_LENGTH = 1000
ANSWER_LENGTH = 4000
REASON_LENGTH = 500


class QuestionState(models.TextChoices):
    ASKED = "asked", "Chờ trả lời"
    ANSWERED = "answered", "Đã trả lời"
    PUBLISHED = "published", "Đã đăng"
    REJECTED = "rejected", "Không trả lời"


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: Any) -> "QuestionQuerySet":
        """One's own; as an officer or editor, those of `at_desk_of`. Published words are
        everybody's through `published`, never through the row as it was asked."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(asker=user) | self._desk(user))

    def at_desk_of(self, user: Any) -> "QuestionQuerySet":
        """What this person may answer: editors all, reception and specialists those about
        procedures their agencies receive or decide."""
        return self.filter(self._desk(user)) if user.is_authenticated else self.none()

    def _desk(self, user: Any) -> Q:
        desk = desk_of(user)
        if user.is_superuser or desk.has_role(Role.CATALOGUE):
            return Q()
        agencies = desk.agencies_as(Role.RECEPTION, Role.SPECIALIST)
        if not agencies:
            return Q(pk__in=[])
        theirs = Q(receiving_agency__in=agencies) | Q(deciding_agency__in=agencies)
        served = Service.objects.filter(theirs, procedure=OuterRef("procedure"), active=True)
        return Q(Exists(served))

    def asked_by(self, user: Any) -> "QuestionQuerySet":
        return self.filter(asker=user)

    def published(self) -> "QuestionQuerySet":
        return self.filter(state=QuestionState.PUBLISHED)

    def light(self) -> "QuestionQuerySet":
        """What the public reads, what helped most first."""
        words = ("public_id", "case_key", "requirement_key", "place", "public_text")
        found = self.only(*words, "public_answer", "answered_at", "helped")
        return found.order_by("-helped", "-pk")

    def waiting(self) -> "QuestionQuerySet":
        return self.filter(state=QuestionState.ASKED)

    def to_moderate(self) -> "QuestionQuerySet":
        """Answered, and nobody has said yet whether everybody should read it."""
        return self.filter(state=QuestionState.ANSWERED, moderated_at=None)


class Question(models.Model):
    """Asked at a place of a procedure's page: at a paper (`requirement_key` within
    `case_key`) or about the whole of it (both ""). Keys, so that it survives new versions;
    `place` keeps the paper's name for when the paper is gone.

    `text` and `answer` are between the asker and the office. What the public reads is the
    moderated copy in `public_text` and `public_answer`.
    """

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="questions", verbose_name="Thủ tục"
    )
    case_key = models.CharField("Trường hợp", max_length=60, blank=True)
    requirement_key = models.CharField("Thành phần hồ sơ", max_length=60, blank=True)
    place = models.CharField("Hỏi ở", max_length=250, blank=True)
    text = models.TextField("Câu hỏi", max_length=QUESTION_LENGTH)
    text_digest = models.CharField("Dấu câu hỏi", max_length=64, editable=False)
    state = models.CharField(
        "Tình trạng", max_length=10, choices=QuestionState.choices, default=QuestionState.ASKED
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="questions", verbose_name="Người hỏi"
    )
    asked_at = models.DateTimeField("Hỏi lúc")
    answer_due_at = models.DateTimeField("Hạn trả lời")
    answer = models.TextField("Trả lời", max_length=ANSWER_LENGTH, blank=True)
    answered_at = models.DateTimeField("Trả lời lúc", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người trả lời",
    )
    rejected_at = models.DateTimeField("Từ chối lúc", null=True, blank=True)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người từ chối",
    )
    reject_reason = models.CharField("Lý do không trả lời", max_length=REASON_LENGTH, blank=True)
    public_text = models.TextField("Câu hỏi đăng", max_length=QUESTION_LENGTH, blank=True)
    public_answer = models.TextField("Trả lời đăng", max_length=ANSWER_LENGTH, blank=True)
    moderated_at = models.DateTimeField("Kiểm duyệt lúc", null=True, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người kiểm duyệt",
    )
    helped = models.PositiveIntegerField("Số người thấy có ích", default=0)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "câu hỏi"
        verbose_name_plural = "câu hỏi"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "answer_due_at", "id"], name="question_by_due"),
            models.Index(
                fields=["procedure", "-helped", "-id"],
                condition=Q(state="published"),
                name="question_public",
            ),
            models.Index(fields=["asker", "-id"], name="question_asker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "procedure", "case_key", "requirement_key", "text_digest"],
                name="question_once",
                violation_error_message="Bạn đã hỏi đúng câu này ở đây.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=QuestionState.values),
                name="question_state_known",
                violation_error_message="Tình trạng câu hỏi không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(requirement_key="") | ~Q(case_key=""),
                name="question_paper_has_case",
                violation_error_message="Câu hỏi về giấy tờ phải nêu trường hợp.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="question_answer_has_who_when",
                violation_error_message="Câu trả lời phải có người trả lời và thời điểm.",
            ),
            models.CheckConstraint(
                condition=Q(rejected_at__isnull=True, rejected_by__isnull=True, reject_reason="")
                | (Q(rejected_at__isnull=False, rejected_by__isnull=False) & ~Q(reject_reason="")),
                name="question_reject_has_who_when",
                violation_error_message="Từ chối phải có lý do, người từ chối và thời điểm.",
            ),
            models.CheckConstraint(
                condition=Q(moderated_at__isnull=True, moderated_by__isnull=True)
                | Q(moderated_at__isnull=False, moderated_by__isnull=False),
                name="question_moderated_has_who",
                violation_error_message="Kiểm duyệt phải có người và thời điểm.",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True, rejected_at__isnull=True)
                | Q(state="rejected", rejected_at__isnull=False)
                | Q(state__in=["answered", "published"], answered_at__isnull=False),
                name="question_state_has_its_time",
                violation_error_message="Tình trạng câu hỏi không khớp với các thời điểm.",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(moderated_at__isnull=False) & ~Q(public_text="") & ~Q(public_answer="")),
                name="question_published_was_moderated",
                violation_error_message="Câu hỏi chỉ được đăng sau khi kiểm duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.text[:60]}"

    @property
    def is_kept(self) -> bool:
        """Looked at by an editor, and not for everybody."""
        return self.state == QuestionState.ANSWERED and self.moderated_at is not None


def digest_of_text(text: str) -> str:
    """The same for texts that differ in marks, case and spaces only."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


class Helped(models.Model):
    """Somebody found a published answer useful: once a person, or once a signed-out visitor
    as far as we can tell. `who` is a keyed hash over the question too, so that rows of one
    visitor cannot be put together."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="thanks")
    who = models.CharField("Dấu người đọc", max_length=64)
    at = models.DateTimeField("Lúc")

    class Meta:
        verbose_name = "lượt thấy có ích"
        verbose_name_plural = "lượt thấy có ích"
        constraints = [
            models.UniqueConstraint(fields=["question", "who"], name="helped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.at}"
