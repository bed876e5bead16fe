from datetime import date, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts import code_patterns
from accounts.roles import Role
from portal.lib.calendar import WorkCalendar

DEFAULT_HOURS = [["07:30", "11:30"], ["13:30", "17:00"]]


def default_hours() -> list[list[str]]:
    return [list(pair) for pair in DEFAULT_HOURS]


class Level(models.TextChoices):
    """Data, never code: the district level ended on 01/07/2025 and may not be the last."""

    MINISTRY = "ministry", "Bộ, ngành"
    PROVINCE = "province", "Cấp tỉnh"
    DISTRICT = "district", "Cấp huyện (đến 30/6/2025)"
    COMMUNE = "commune", "Cấp xã"


class SaturdayDuty(models.TextChoices):
    NONE = "", "Không làm thứ Bảy"
    HALF = "half", "Sáng thứ Bảy"
    FULL = "full", "Cả ngày thứ Bảy"


class AgencyQuerySet(models.QuerySet["Agency"]):
    def in_force(self, on: date) -> "AgencyQuerySet":
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class Agency(models.Model):
    """A unit that receives or decides dossiers. Never renamed: it gets a successor."""

    code = models.CharField(
        "Mã định danh", max_length=20, unique=True, help_text="Ví dụ 000.00.15.H37"
    )
    name = models.CharField("Tên", max_length=200)
    short_name = models.CharField("Tên ngắn", max_length=100, blank=True)
    kind = models.SlugField("Loại cơ quan", max_length=40, db_index=True)
    level = models.CharField("Cấp", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="Cơ quan cấp trên",
    )
    ward = models.ForeignKey(
        "accounts.Ward", models.PROTECT, null=True, blank=True, verbose_name="Xã, phường"
    )
    address = models.CharField("Địa chỉ", max_length=250)
    phone = models.CharField("Điện thoại", max_length=40)
    email = models.EmailField("Thư điện tử", blank=True)
    receives = models.BooleanField("Là bộ phận tiếp nhận", default=False)
    opening_hours = models.JSONField(
        "Giờ làm việc", default=default_hours, help_text='[["07:30","11:30"],["13:30","17:00"]]'
    )
    saturday = models.CharField(
        "Thứ Bảy", max_length=4, choices=SaturdayDuty.choices, blank=True, default=""
    )
    saturday_counts = models.BooleanField("Tính thứ Bảy là ngày làm việc", default=False)
    code_pattern = models.CharField(
        "Mẫu mã hồ sơ", max_length=80, default="{agency}-{date:%y%m%d}-{number:04d}"
    )
    form_set = models.CharField("Bộ mẫu phiếu", max_length=20, blank=True)
    valid_from = models.DateField("Có hiệu lực từ", default=date(2025, 7, 1))
    valid_to = models.DateField("Hết hiệu lực", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="Cơ quan kế thừa",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ quan"
        verbose_name_plural = "cơ quan"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="agency_validity_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
            models.CheckConstraint(
                condition=Q(saturday__in=SaturdayDuty.values),
                name="agency_saturday_known",
                violation_error_message="Chế độ làm việc thứ Bảy không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What would stop every filing at this office: hours no calendar can be made of, codes
        that cannot be formed or repeat."""
        found = {
            "opening_hours": _hours_problem(self.opening_hours),
            "code_pattern": self._pattern_problem(),
        }
        if not found["opening_hours"] and self.saturday == SaturdayDuty.HALF:
            if self.opening_hours[0][0] >= "12:00":
                found["saturday"] = "Trực sáng thứ Bảy cần có giờ làm việc trước 12:00."
        problems = {name: sentence for name, sentence in found.items() if sentence}
        if problems:
            raise ValidationError(problems)

    def _pattern_problem(self) -> str | None:
        if problem := code_patterns.problem_of(self.code_pattern, self.code):
            return problem
        if "{agency}" in self.code_pattern:
            return None
        same = Agency.objects.filter(code_pattern=self.code_pattern).exclude(pk=self.pk)
        if same.exists():
            return "Cơ quan khác đã dùng mẫu này; hãy thêm {agency} để mã không trùng."
        return None


def _hours_problem(hours: Any) -> str | None:
    """dossiers.deadlines.calendar_of reads them so."""
    try:
        segments = tuple(
            (time.fromisoformat(start), time.fromisoformat(end)) for start, end in hours
        )
        WorkCalendar(off=frozenset(), makeup=frozenset(), segments=segments)
    except (TypeError, ValueError):
        return (
            "Giờ làm việc là các khoảng từ giờ đến giờ theo thứ tự, mỗi giờ đủ 5 ký tự. "
            'Ví dụ đúng: [["07:30","11:30"],["13:30","17:00"]].'
        )
    if any(len(edge) != 5 for pair in hours for edge in pair):
        return "Mỗi giờ gồm 5 ký tự, ví dụ 07:30."
    return None


class PositionQuerySet(models.QuerySet["Position"]):
    def in_force(self, on: date) -> "PositionQuerySet":
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def held_by(self, user: Any, on: date) -> "PositionQuerySet":
        return self.filter(user=user).in_force(on)


class Position(models.Model):
    """A user works at an agency in a role, from a day to a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="positions", verbose_name="Cán bộ"
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="positions", verbose_name="Cơ quan"
    )
    role = models.CharField("Vai trò", max_length=12, choices=Role.choices)
    title = models.CharField("Chức danh", max_length=100, blank=True)
    valid_from = models.DateField("Từ ngày", default=date(2025, 7, 1))
    valid_to = models.DateField("Đến ngày", null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = "vị trí công tác"
        verbose_name_plural = "vị trí công tác"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                name="position_once",
                violation_error_message="Cán bộ này đã có vai trò đó ở cơ quan.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="position_role_known",
                violation_error_message="Vai trò không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.agency}"
