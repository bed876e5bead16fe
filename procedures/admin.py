"""The catalogue's reference tables. Versions are only looked at: publishing is an action."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from procedures import stamps
from procedures.models import LifeEvent, Procedure, ProcedureVersion, Sector, Service


class CatalogueAdmin(admin.ModelAdmin):
    """What is saved here shows on public pages at once."""

    show_full_result_count = False
    list_per_page = 50

    def save_model(self, *args: Any, **kwargs: Any) -> None:
        super().save_model(*args, **kwargs)
        stamps.changed()

    def delete_model(self, *args: Any, **kwargs: Any) -> None:
        super().delete_model(*args, **kwargs)
        stamps.changed()


class ReadOnly:
    """Looked at, never changed by hand."""

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


@admin.register(Sector)
class SectorAdmin(CatalogueAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(LifeEvent)
class LifeEventAdmin(CatalogueAdmin):
    list_display = ("name", "for_business", "order")
    list_filter = ("for_business",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


class VersionInline(ReadOnly, admin.TabularInline):
    model = ProcedureVersion
    fields = ("number", "state", "level", "decision_no", "effective_from", "published_by")
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProcedureVersion]:
        rows = super().get_queryset(request).select_related("published_by", "procedure")
        return rows.defer("eform")


@admin.register(Procedure)
class ProcedureAdmin(CatalogueAdmin):
    """Name, sector and content come with a published record; here one ties life events."""

    list_display = ("code", "name", "sector", "level", "popularity")
    list_filter = ("current__level", "life_events")
    list_select_related = ("sector", "current")
    search_fields = ("search_fold",)
    search_help_text = "Tên, mã hoặc từ khóa; có dấu hay không dấu đều được."
    autocomplete_fields = ("life_events",)
    readonly_fields = ("code", "name", "sector", "current", "popularity")
    fields = (*readonly_fields, "life_events")
    inlines = (VersionInline,)

    @admin.display(description="Mức độ", ordering="current__level")
    def level(self, procedure: Procedure) -> str:
        return procedure.current.get_level_display() if procedure.current else "Chưa công bố"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Procedure], search_term: str
    ) -> tuple[QuerySet[Procedure], bool]:
        return queryset.filter(pk__in=Procedure.objects.matching(search_term)), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfProcedureAdmin(CatalogueAdmin):
    """Rows of a procedure are found by its words, as everywhere (Procedure.objects.matching)."""

    search_fields = ("procedure__search_fold",)
    search_help_text = ProcedureAdmin.search_help_text

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(procedure__in=Procedure.objects.matching(search_term)), False


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(ReadOnly, OfProcedureAdmin):
    list_display = ("procedure", "number", "state", "level", "effective_from")
    list_filter = ("state", "level")
    list_select_related = ("procedure",)
    exclude = ("eform", "process", "content_digest")


@admin.register(Service)
class ServiceAdmin(ReadOnly, OfProcedureAdmin):
    """Changed at /quan-tri/dich-vu/, where it is written down who did."""

    list_display = ("procedure", "receiving_agency", "deciding_agency", "level", "active")
    list_filter = ("active", "level", "receiving_agency__level")
    list_select_related = ("procedure", "receiving_agency", "deciding_agency")
