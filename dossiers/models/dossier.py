import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import memberships
from accounts.desk import desk_of
from accounts.models import Agency, Organisation, OrganisationMember, Position, Province, Ward
from accounts.roles import Role
from dossiers.models.dossier_indexes import INDEXES
from dossiers.models.who import WHO_CONSTRAINTS, FiledFor, FiledHow, Relation, ReturnMethod
from dossiers.workflow import OPEN, Status
from procedures.models import (
    ChannelKind,
    Procedure,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    Service,
    TimeUnit,
)

# Dossiers without a due date sort after all others.
NO_DUE = datetime(2999, 12, 31, tzinfo=UTC)


def _at_work(agencies: frozenset[int]) -> Q:
    """Filed dossiers these agencies receive or decide."""
    theirs = Q(receiving_agency__in=agencies) | Q(deciding_agency__in=agencies)
    return theirs & ~Q(status=Status.DRAFT)


def _of_citizen(user: Any) -> Q:
    """An organisation's belong to those who are its members today, whoever filed them. A draft
    is only its writer's: a proxy's must not show the owner half a word."""
    own = Q(submitter=user, organisation=None) | Q(owner=user) & ~Q(status=Status.DRAFT)
    organisations = list(memberships.roles_of(user))
    if not organisations:
        return own
    theirs = Q(organisation__in=organisations)
    return own | theirs & (Q(submitter=user) | ~Q(status=Status.DRAFT))


def _party_to(user: Any) -> Q:
    """As people.is_party asks of one; the memberships in the same query."""
    mine = OrganisationMember.objects.filter(user=user).values("organisation")
    return Q(submitter=user) | Q(owner=user) | Q(organisation__in=mine)


def _helped_by(user: Any) -> Q:
    """Drafts an officer helps with, as people.writes asks of one: while they receive there. The
    positions in the same query: a citizen's pages ask for none."""
    posts = Position.objects.held_by(user, timezone.localdate()).filter(role=Role.RECEPTION)
    at_desk = Q(receiving_agency__in=posts.values("agency"))
    return Q(assisted_by=user, status=Status.DRAFT) & at_desk


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: Any) -> "DossierQuerySet":
        """A citizen's own and those of their organisations; an officer's those of their
        agencies, never drafts but the ones they help with. Nobody signed out sees any."""
        if not user.is_authenticated:
            return self.none()
        mine = _of_citizen(user)
        agencies = desk_of(user).dossier_agencies
        if not agencies:
            return self.filter(mine)
        return self.filter(mine | _helped_by(user) | _at_work(agencies))

    def at_desk_of(self, user: Any) -> "DossierQuerySet":
        """As an officer only: those of the agencies they work for, never one they or their
        organisation have a part in: nobody reads what the office notes about themselves."""
        agencies = desk_of(user).dossier_agencies
        if not agencies:
            return self.none()
        return self.filter(_at_work(agencies)).apart_from(user)

    def apart_from(self, user: Any) -> "DossierQuerySet":
        """Without those the person or their organisation has a part in."""
        return self.exclude(_party_to(user))

    def held_by(self, agencies: frozenset[int]) -> "DossierQuerySet":
        """Those in these agencies' hands now: what a queue shows."""
        return self.filter(desk_agency__in=agencies)

    def filed_by(self, user: Any) -> "DossierQuerySet":
        """As a citizen: their own, and what their organisations have filed."""
        return self.filter(_of_citizen(user))

    def in_hand_of(self, user: Any) -> "DossierQuerySet":
        """Those the person may work on in the wizard while they are drafts."""
        return self.filter(Q(submitter=user) | _helped_by(user))

    def perhaps_in_hand_of(self, user: Any) -> "DossierQuerySet":
        """For looking up one: whether who helps still may, people.writes says of what is found.
        Half the cost of `in_hand_of` for the many who help nobody."""
        return self.filter(Q(submitter=user) | Q(assisted_by=user, status=Status.DRAFT))

    def drafts(self) -> "DossierQuerySet":
        return self.filter(status=Status.DRAFT)

    def open(self) -> "DossierQuerySet":
        return self.filter(status__in=OPEN)

    def with_names(self) -> "DossierQuerySet":
        """What a list row shows, in one query."""
        named = self.select_related("procedure", "receiving_agency", "deciding_agency")
        return named.defer("answers", "taken", "fees", "procedure__search_fold")


class Dossier(models.Model):
    """A filing (hồ sơ) from draft to result.

    Keeps the version, case, level, time limit and fees it was filed under: changing
    the catalogue never changes it. `due_at` and its kin are computed from ClockEntry
    rows by dossiers.deadlines and stored for lists.
    """

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    start_token = models.UUIDField("Dấu mở hồ sơ", unique=True, default=uuid.uuid4)
    code = models.CharField("Mã hồ sơ", max_length=50, unique=True, null=True, blank=True)
    status = models.PositiveSmallIntegerField(
        "Trạng thái", choices=Status.choices, default=Status.DRAFT
    )
    status_before = models.PositiveSmallIntegerField(
        "Trạng thái trước", choices=Status.choices, null=True, blank=True
    )
    revision = models.PositiveIntegerField("Lần sửa", default=0)

    service = models.ForeignKey(Service, models.PROTECT, verbose_name="Dịch vụ công")
    procedure = models.ForeignKey(Procedure, models.PROTECT, verbose_name="Thủ tục")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, verbose_name="Phiên bản")
    case = models.ForeignKey(
        ProcedureCase, models.PROTECT, null=True, blank=True, verbose_name="Trường hợp"
    )
    level = models.PositiveSmallIntegerField("Mức độ khi nộp")
    channel = models.CharField(
        "Kênh nộp", max_length=8, choices=ChannelKind.choices, default=ChannelKind.ONLINE
    )
    term_time = models.PositiveSmallIntegerField("Thời hạn", null=True, blank=True)
    term_unit = models.CharField(
        "Đơn vị thời hạn", max_length=12, choices=TimeUnit.choices, default=TimeUnit.NONE
    )
    receiving_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name="Nơi tiếp nhận"
    )
    deciding_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name="Cơ quan giải quyết"
    )
    desk_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name="Đang ở cơ quan"
    )

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_dossiers",
        verbose_name="Chủ hồ sơ (tài khoản)",
    )
    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="submitted_dossiers",
        verbose_name="Người nộp",
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name="Tổ chức"
    )
    filed_for = models.CharField(
        "Nộp cho ai", max_length=5, choices=FiledFor.choices, default=FiledFor.SELF
    )
    relation = models.CharField(
        "Tư cách của người nộp", max_length=8, choices=Relation.choices, blank=True
    )
    authority_from = models.DateField("Giấy ủy quyền có hiệu lực từ", null=True, blank=True)
    authority_until = models.DateField("Giấy ủy quyền có hiệu lực đến", null=True, blank=True)
    assisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assisted_dossiers",
        verbose_name="Cán bộ nộp giúp",
    )
    consent = models.OneToOneField(
        "dossiers.Consent", models.PROTECT, null=True, blank=True, verbose_name="Sự đồng ý"
    )
    filed_how = models.CharField(
        "Hình thức nộp", max_length=8, choices=FiledHow.choices, blank=True, editable=False
    )
    owner_name = models.CharField("Chủ hồ sơ", max_length=250)
    owner_fold = models.CharField("Chủ hồ sơ không dấu", max_length=250, editable=False)
    owner_tax_code = models.CharField("Mã số thuế", max_length=14, blank=True)
    owner_citizen_id = models.CharField("Số định danh", max_length=14, blank=True)
    owner_phone = models.CharField("Số điện thoại", max_length=16, blank=True)
    owner_email = models.EmailField("Thư điện tử", blank=True)
    owner_address = models.CharField("Địa chỉ", max_length=400, blank=True)

    answers = models.JSONField("Tờ khai", default=dict, blank=True)
    # {page of the wizard: [[control, value], …]}: typed there, not yet taken by its step.
    typed = models.JSONField("Gõ dở", default=dict, blank=True, editable=False)
    # {page of the wizard: [tab, turn, mark]}: the last save while somebody typed there.
    savers = models.JSONField("Lần tự lưu cuối", default=dict, blank=True, editable=False)
    # ["owner", "return"]: steps with nothing left to ask when the draft was begun.
    unasked = models.JSONField("Bước không phải hỏi", default=list, blank=True, editable=False)
    # {question: {"code", "day", "before", "value"}}: taken from an earlier dossier by
    # one tap, and what stood there before; true while the answer is still `value`.
    taken = models.JSONField("Lấy từ hồ sơ trước", default=dict, blank=True, editable=False)
    # {number of the requirement: "desk" | "post"}: how its paper original will come.
    originals = models.JSONField("Bản giấy sẽ nộp", default=dict, blank=True)
    return_method = models.CharField(
        "Nhận kết quả", max_length=8, choices=ReturnMethod.choices, blank=True
    )
    return_name = models.CharField("Người nhận", max_length=150, blank=True)
    return_phone = models.CharField("Điện thoại người nhận", max_length=16, blank=True)
    return_ward = models.ForeignKey(
        Ward, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Xã, phường"
    )
    return_province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Tỉnh"
    )
    return_street = models.CharField("Số nhà, đường, thôn", max_length=200, blank=True)

    fees = models.JSONField("Phí, lệ phí khi nộp", default=list, blank=True)
    fee_at_reception = models.PositiveBigIntegerField("Phải thu khi tiếp nhận (đồng)", default=0)
    fee_at_return = models.PositiveBigIntegerField("Phải thu khi trả (đồng)", default=0)
    fees_assessed = models.BooleanField("Đã xác định phí", default=True)
    fee_paid = models.PositiveBigIntegerField("Đã thu (đồng)", default=0)

    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Chép từ"
    )
    created_at = models.DateTimeField("Bắt đầu lúc", auto_now_add=True)
    updated_at = models.DateTimeField("Sửa lúc", auto_now=True)
    expiry_told_at = models.DateTimeField(
        "Báo sắp hết hạn giữ lúc", null=True, blank=True, editable=False
    )
    submitted_at = models.DateTimeField("Nộp lúc", null=True, blank=True)
    accepted_at = models.DateTimeField("Tiếp nhận lúc", null=True, blank=True)
    finished_at = models.DateTimeField("Xử lý xong lúc", null=True, blank=True)
    returned_at = models.DateTimeField("Trả kết quả lúc", null=True, blank=True)
    refused_at = models.DateTimeField("Từ chối lúc", null=True, blank=True)
    withdrawn_at = models.DateTimeField("Rút lúc", null=True, blank=True)
    # Stopped and ended without a result (T22b).
    ended_at = models.DateTimeField("Kết thúc khi đang dừng lúc", null=True, blank=True)
    intake_due_at = models.DateTimeField("Hạn tiếp nhận", null=True, blank=True)
    due_at = models.DateTimeField("Hạn trả kết quả", null=True, blank=True)
    original_due_at = models.DateTimeField("Hạn trả ban đầu", null=True, blank=True)
    clock_running = models.BooleanField("Đang tính thời hạn", default=False)
    additions_answered = models.BooleanField(
        "Công dân đã gửi bổ sung", default=False, editable=False
    )
    queue_at = models.DateTimeField("Mốc xếp hàng", default=NO_DUE, editable=False)
    # Who has taken it up; nobody's is the whole desk's.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # dossier_mine begins with it
        verbose_name="Người xử lý",
    )
    # Who last worked on it, at the one-stop desk and in processing (actions.remembering).
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="Người tiếp nhận",
    )
    worked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="Người thụ lý",
    )
    # The due time, of intake or of a step, that leaders were told is over (actions.escalating).
    late_told_for = models.DateTimeField(
        "Đã báo lãnh đạo quá hạn", null=True, blank=True, editable=False
    )
    step_due_at = models.DateTimeField("Hạn bước", null=True, blank=True, editable=False)
    proposal_waits = models.BooleanField("Chờ thông qua", default=False, editable=False)
    # The last thing the people of the dossier heard, whether they were told of the silence since
    # (dossiers.actions.silence), and their own reminders to the office.
    heard_at = models.DateTimeField("Tin gần nhất lúc", null=True, blank=True, editable=False)
    silence_told_at = models.DateTimeField(
        "Đã báo chờ lâu lúc", null=True, blank=True, editable=False
    )
    nudged_at = models.DateTimeField("Nhắc lúc", null=True, blank=True, editable=False)
    nudges = models.PositiveSmallIntegerField("Số lần nhắc", default=0, editable=False)
    nudge_waits = models.BooleanField("Lời nhắc chưa có hồi âm", default=False, editable=False)
    chain_head = models.CharField("Dấu chuỗi", max_length=64, blank=True, editable=False)
    chain_length = models.PositiveIntegerField("Độ dài chuỗi", default=0, editable=False)

    objects = DossierQuerySet.as_manager()

    # Asked for already: its current papers (under the row's lock), what its case asks for.
    known_papers: list[Any] | None = None
    known_needs: list[Requirement] | None = None

    class Meta:
        verbose_name = "hồ sơ"
        verbose_name_plural = "hồ sơ"
        indexes = INDEXES
        constraints = [
            *WHO_CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="dossier_status_known",
                violation_error_message="Trạng thái hồ sơ không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT)
                | (Q(code__isnull=False) & Q(submitted_at__isnull=False)),
                name="dossier_submitted_has_code",
                violation_error_message="Hồ sơ đã nộp phải có mã và thời điểm nộp.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DRAFT) | Q(accepted_at__isnull=True),
                name="dossier_draft_not_accepted",
                violation_error_message="Bản nháp không thể đã được tiếp nhận.",
            ),
            models.CheckConstraint(
                condition=Q(desk_agency=models.F("receiving_agency"))
                | Q(desk_agency=models.F("deciding_agency")),
                name="dossier_desk_is_its_own",
                violation_error_message="Hồ sơ chỉ nằm ở nơi tiếp nhận hoặc nơi giải quyết.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.ADDITIONS) | Q(additions_answered=False),
                name="dossier_answered_was_asked",
                violation_error_message="Chỉ hồ sơ chờ bổ sung mới có phần bổ sung đã gửi.",
            ),
            models.CheckConstraint(
                condition=Q(nudge_waits=False) | Q(nudged_at__isnull=False),
                name="dossier_nudge_has_time",
                violation_error_message="Lời nhắc phải có thời điểm.",
            ),
            models.CheckConstraint(
                condition=Q(return_method__in=["", *ReturnMethod.values]),
                name="dossier_return_known",
                violation_error_message="Cách nhận kết quả không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT)
                | ~Q(return_method=ReturnMethod.POST)
                | (
                    Q(return_ward__isnull=False)
                    & Q(return_province__isnull=False)
                    & ~Q(return_street="")
                    & ~Q(return_name="")
                    & ~Q(return_phone="")
                ),
                name="dossier_post_has_address",
                violation_error_message="Nhận qua bưu chính cần đủ người nhận và địa chỉ.",
            ),
            models.CheckConstraint(
                condition=Q(status__lt=Status.FINISHED) | Q(finished_at__isnull=False),
                name="dossier_finished_has_time",
                violation_error_message="Hồ sơ xử lý xong phải có thời điểm.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.RETURNED) | Q(returned_at__isnull=False),
                name="dossier_returned_has_time",
                violation_error_message="Hồ sơ đã trả phải có thời điểm trả.",
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"Bản nháp {self.pk}"

    @property
    def fee_total(self) -> int:
        """Đồng, over all times of collection; the online additions are not foreseen."""
        return self.fee_at_reception + self.fee_at_return

    @property
    def fee_left(self) -> int:
        """Đồng still to be paid."""
        return max(self.fee_total - self.fee_paid, 0)

    @property
    def return_address(self) -> str:
        if not (self.return_ward and self.return_province):
            return ""
        place = (self.return_street, self.return_ward.full_name, self.return_province.full_name)
        return ", ".join(part for part in place if part)
