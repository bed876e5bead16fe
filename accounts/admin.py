"""Agencies, who works there, places and users."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from accounts.models import Agency, Organisation, OrganisationMember, Position, Province, User, Ward


class LargeTable(admin.ModelAdmin):
    show_full_result_count = False
    list_per_page = 50


class PositionInline(admin.TabularInline):
    model = Position
    fields = ("user", "role", "title", "valid_from", "valid_to")
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Agency)
class AgencyAdmin(LargeTable):
    list_display = ("code", "name", "level", "kind", "receives", "valid_to")
    list_filter = ("level", "receives", "kind")
    search_fields = ("code", "name", "short_name")
    autocomplete_fields = ("parent", "ward", "successor")
    inlines = (PositionInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> Any:
        """The code stands in every dossier's own: another one is another agency, a successor."""
        return ("code",) if obj else ()


@admin.register(Position)
class PositionAdmin(LargeTable):
    list_display = ("user", "role", "agency", "title", "valid_from", "valid_to")
    list_filter = ("role", "agency__level")
    list_select_related = ("user", "agency")
    search_fields = ("user__full_name", "user__email", "agency__name", "agency__code")
    autocomplete_fields = ("user", "agency")


@admin.register(Province)
class ProvinceAdmin(LargeTable):
    list_display = ("code", "full_name", "valid_from", "valid_to")
    search_fields = ("code", "name")


@admin.register(Ward)
class WardAdmin(LargeTable):
    list_display = ("code", "full_name", "province", "valid_from", "valid_to")
    list_filter = ("province",)
    list_select_related = ("province",)
    search_fields = ("code", "name")
    autocomplete_fields = ("province",)


class MemberInline(admin.TabularInline):
    model = OrganisationMember
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(LargeTable):
    list_display = ("tax_code", "name", "representative", "checked_at")
    search_fields = ("tax_code", "name")
    inlines = (MemberInline,)


class NewUserForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "phone", "full_name")


@admin.register(User)
class UserAdmin(DjangoUserAdmin, LargeTable):
    """Staff and citizens. A citizen number is checked at a desk, where the paper is seen."""

    add_form = NewUserForm
    list_display = ("full_name", "email", "phone", "auth_level", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "auth_level")
    search_fields = ("full_name", "email", "phone", "=citizen_id")
    ordering = ("-pk",)
    autocomplete_fields = ("ward",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("full_name", "email", "phone", "password")}),
        ("Giấy tờ", {"fields": ("citizen_id", "auth_level", "birth_date", "sex")}),
        ("Nơi ở", {"fields": ("ward", "street")}),
        ("Quyền", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Thời điểm", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("full_name", "email", "phone", "usable_password", "password1",
                           "password2")}),
    )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Dossiers name people: an account is closed (is_active), never deleted."""
        return False
