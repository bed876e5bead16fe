"""Ledgers are added to and never changed; the database holds the portal's own role to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from dossiers.models import AnchoredHead, ClockEntry, Event, LedgerAnchor, VolumeContent
from postal.models import ParcelEvent

# Not OrderAttempt: its outcome is filled in after the call.
LEDGERS = (Event, ClockEntry, LedgerAnchor, AnchoredHead, VolumeContent, ParcelEvent)


class Command(BaseCommand):
    help = "Thu quyền sửa, xóa sổ sự kiện của vai trò mà cổng dùng. Chạy sau mỗi lần migrate."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="portal_app")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Chỉ PostgreSQL có vai trò; chạy lệnh này bằng chủ của các bảng.")
        quote = connection.ops.quote_name
        tables = ", ".join(quote(model._meta.db_table) for model in LEDGERS)
        with connection.cursor() as cursor:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {quote(role)}")
        self.stdout.write(f"{role} chỉ còn được thêm và đọc: {tables}.")
