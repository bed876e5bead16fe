"""Holidays are edited here; dossiers are only looked at (their one door is dossiers.actions)."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from dossiers.models import Dossier, NonWorkingDay, RegisterVolume, Slip


@admin.register(NonWorkingDay)
class NonWorkingDayAdmin(admin.ModelAdmin):
    list_display = ("date", "kind", "name")
    list_filter = ("kind",)
    search_fields = ("name",)
    date_hierarchy = "date"
    ordering = ("-date",)
    # With the way to try a change before it is saved.
    change_list_template = "admin/dossiers/nonworkingday/change_list.html"


class ShortCount(Paginator):
    """Counts no further than anybody pages: a count over a million rows takes a second."""

    FURTHEST = 2000

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Dossier] = self.object_list  # type: ignore[assignment]
        return rows[: self.FURTHEST].count()


class ReadOnly(admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False
    paginator = ShortCount

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Dossier)
class DossierAdmin(ReadOnly):
    list_display = ("code", "status", "procedure", "receiving_agency", "submitted_at", "due_at")
    list_filter = ("status",)
    list_select_related = ("procedure", "receiving_agency")
    search_fields = ("=code",)
    search_help_text = "Mã hồ sơ, đủ cả mã."
    ordering = ("-pk",)
    # What a person wrote about themselves is read on the dossier's own page, where each
    # look is an officer's; here stands only how the dossier went.
    fields = (
        "code", "status", "procedure", "version", "receiving_agency", "deciding_agency",
        "channel", "level", "return_method", "submitted_at", "accepted_at", "finished_at",
        "returned_at", "refused_at", "intake_due_at", "due_at", "chain_length", "chain_head",
    )  # fmt: skip


class Ending(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "ket-thuc"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dead", "Đã dừng thử"), ("waiting", "Đang chờ tạo")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "dead":
            return queryset.dead()
        return queryset.waiting() if self.value() == "waiting" else queryset


@admin.register(Slip)
class SlipAdmin(ReadOnly):
    """Which slips could not be made, and why; what they say is personal and stays out."""

    list_display = ("key", "kind", "agency", "attempts", "last_error", "issued_at", "dead_at")
    list_filter = (Ending, "kind")
    list_select_related = ("agency",)
    search_fields = ("=dossier__code",)
    search_help_text = "Mã hồ sơ, đủ cả mã."
    ordering = ("-pk",)
    fields = (
        "key", "dossier", "kind", "form_set", "agency", "number", "period", "issued_at",
        "attempts", "available_at", "last_error", "done_at", "dead_at", "sha256", "size",
    )  # fmt: skip


@admin.register(RegisterVolume)
class RegisterVolumeAdmin(ReadOnly):
    """Which volumes of a register could not be made, and why."""

    list_display = ("key", "agency", "number", "period", "rows", "written", "last_error", "dead_at")
    list_filter = (Ending,)
    list_select_related = ("agency",)
    ordering = ("-pk",)
