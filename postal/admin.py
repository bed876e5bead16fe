"""Tariffs are kept here; the rest is for looking only, its writes go through postal.actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from postal.models import FeedCursor, Order, OrderAttempt, Parcel, ParcelEvent, Tariff


class ReadOnly(admin.ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Tariff)
class TariffAdmin(admin.ModelAdmin):
    list_display = ["carrier", "zone", "price", "valid_from"]
    list_filter = ["carrier", "zone"]


@admin.register(Parcel)
class ParcelAdmin(ReadOnly):
    list_display = ["__str__", "state", "carrier", "tracking_no", "state_at"]
    list_filter = ["state", "carrier", "direction"]
    list_select_related = ["dossier"]
    search_fields = ["dossier__code", "tracking_no"]


@admin.register(Order)
class OrderAdmin(ReadOnly):
    list_display = ["key", "carrier", "attempts", "last_error", "done_at", "dead_at"]
    list_filter = ["carrier"]
    search_fields = ["key"]


@admin.register(OrderAttempt)
class OrderAttemptAdmin(ReadOnly):
    list_display = ["order", "kind", "outcome", "detail", "started_at"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["order"]
    search_fields = ["order__key"]


@admin.register(ParcelEvent)
class ParcelEventAdmin(ReadOnly):
    list_display = ["order", "code", "stage", "message", "at", "source"]
    list_filter = ["stage", "source"]
    list_select_related = ["order"]
    search_fields = ["order__key", "event_id"]


@admin.register(FeedCursor)
class FeedCursorAdmin(ReadOnly):
    list_display = ["carrier", "last_id", "polled_at", "last_error"]
