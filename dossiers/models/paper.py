import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from dossiers.models.addition import AdditionRound
from dossiers.models.dossier import Dossier
from portal.lib.outbox import OutboxQuerySet, OutboxRow
from procedures.models import Requirement


class CheckState(models.TextChoices):
    PENDING = "pending", "Đang kiểm tra"
    CLEAN = "clean", "Đạt"
    INFECTED = "infected", "Có mã độc"
    REFUSED = "refused", "Không đọc được"


UNUSABLE = (CheckState.INFECTED, CheckState.REFUSED)
# Degrees clockwise a page may be turned by.
TURNS = (0, 90, 180, 270)


class Origin(models.TextChoices):
    UPLOAD = "upload", "Tải lên"
    REUSED = "reused", "Dùng lại từ kho"
    MERGED = "merged", "Gộp từ nhiều ảnh"


class PaperQuerySet(OutboxQuerySet["Paper"]):
    def current(self) -> "PaperQuerySet":
        """Neither replaced nor removed."""
        return self.filter(superseded_by=None, removed_at=None)

    def in_order(self) -> "PaperQuerySet":
        """As the citizen arranged them."""
        return self.order_by("order", "pk")

    def sent(self) -> "PaperQuerySet":
        """What the office was given: not what came since a request for additions whose answer
        was not sent."""
        unanswered = AdditionRound.objects.filter(answered_at=None, dossier=OuterRef("dossier"))
        return self.exclude(Exists(unanswered.filter(asked_at__lt=OuterRef("uploaded_at"))))

    def visible_to(self, user: Any) -> "PaperQuerySet":
        """Papers of dossiers the person may see; others' only once they are clean (the uploader
        sees the state of their own), to the office once they are sent."""
        mine = Q(uploaded_by=user) | Q(dossier__in=Dossier.objects.filed_by(user))
        theirs = self.filter(dossier__in=Dossier.objects.visible_to(user))
        return theirs.filter(mine | Q(pk__in=self.sent().values("pk"))).filter(
            Q(state=CheckState.CLEAN) | Q(uploaded_by=user)
        )


class Paper(OutboxRow):
    """One file of a dossier. It waits in the outbox for the worker: for its check (scan,
    re-encoding), to be turned, to be put together from photos; `done_at` says the work ended,
    `state` how. Several papers may share one stored file (`reused_from`)."""

    # Given up it would be "being checked" for good. With the backoff: more than three years.
    max_attempts = 30_000

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="papers")
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, null=True, blank=True, verbose_name="Thành phần hồ sơ"
    )
    field_key = models.CharField("Ô của tờ khai", max_length=40, blank=True)
    filename = models.CharField("Tên tệp", max_length=150)
    stored_name = models.CharField("Nơi lưu", max_length=200)
    kind = models.CharField("Loại tệp", max_length=8)
    mime = models.CharField("Kiểu nội dung", max_length=100)
    size = models.PositiveBigIntegerField("Kích thước (byte)")
    sha256 = models.CharField("SHA-256", max_length=64)
    received_sha256 = models.CharField("SHA-256 lúc nhận", max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField("Số trang", null=True, blank=True)
    state = models.CharField(
        "Kiểm tra", max_length=10, choices=CheckState.choices, default=CheckState.PENDING
    )
    state_note = models.CharField("Ghi chú kiểm tra", max_length=250, blank=True)
    cleaned = models.BooleanField("Đã có bản sạch", default=False)
    turn = models.PositiveSmallIntegerField("Xoay (độ, theo chiều kim đồng hồ)", default=0)
    turned = models.PositiveSmallIntegerField("Bản đang giữ đã xoay (độ)", default=0)
    order = models.PositiveSmallIntegerField("Thứ tự", default=0)
    origin = models.CharField("Nguồn", max_length=10, choices=Origin.choices, default=Origin.UPLOAD)
    reused_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reused"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="Người tải lên"
    )
    uploaded_at = models.DateTimeField("Tải lên lúc")
    # An officer held it against the original (đã đối chiếu).
    compared_at = models.DateTimeField("Đối chiếu lúc", null=True, blank=True, editable=False)
    compared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="Người đối chiếu",
    )
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    removed_at = models.DateTimeField("Gỡ lúc", null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "giấy tờ"
        verbose_name_plural = "giấy tờ"
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["stored_name"], name="paper_stored"),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="paper_not_empty",
                violation_error_message="Tệp không có nội dung.",
            ),
            models.CheckConstraint(
                condition=Q(requirement__isnull=False) | ~Q(field_key=""),
                name="paper_has_place",
                violation_error_message="Giấy tờ phải thuộc một thành phần hồ sơ hoặc một ô.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CheckState.values),
                name="paper_state_known",
                violation_error_message="Trạng thái kiểm tra không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(turn__in=TURNS) & Q(turned__in=TURNS),
                name="paper_turned_by_quarters",
                violation_error_message="Chỉ xoay được từng góc 90 độ.",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values),
                name="paper_origin_known",
                violation_error_message="Nguồn của giấy tờ không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=~Q(state=CheckState.CLEAN) | ~Q(stored_name=""),
                name="paper_clean_is_stored",
                violation_error_message="Giấy tờ đạt kiểm tra phải có tệp.",
            ),
            models.CheckConstraint(
                condition=Q(compared_at=None, compared_by=None)
                | Q(compared_at__isnull=False, compared_by__isnull=False),
                name="paper_compared_by_somebody",
                violation_error_message="Đã đối chiếu thì phải ghi ai và lúc nào.",
            ),
        ]

    def __str__(self) -> str:
        return self.filename
