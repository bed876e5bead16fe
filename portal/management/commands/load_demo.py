import gc
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.places import load_places
from dossiers.official_days import load_days
from portal.demo import accounts
from portal.demo.agencies import accepting, load_agencies
from portal.demo.catalogue import mark_popular
from portal.demo.dossiers import load_dossiers
from portal.demo.drafts import edited_codes, load_drafts
from portal.demo.questions import load_questions
from procedures.actions import open_services
from procedures.importing import import_records, read_folder


class Command(BaseCommand):
    help = "Nạp dữ liệu mẫu của bản chạy thử. Chạy lại không đổi gì."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="Dựng bảng trước khi nạp.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION or not settings.DEMO:
            raise CommandError("Không nạp dữ liệu mẫu vào cổng thật (PRODUCTION hoặc DEMO tắt).")
        if options["migrate"]:
            gc.disable()  # a process of seconds: collecting is a fifth of its work
            call_command("migrate", interactive=False, verbosity=0)
        now = timezone.now()
        with transaction.atomic():
            load_places()
            load_days()
            agencies = load_agencies()
            people = accounts.load_people(agencies)
            edited = edited_codes()
            records = [record for record in read_folder() if record.code not in edited]
            procedures = import_records(records, by=people[accounts.ADMIN.email], at=now)
            mark_popular()
            wanted = (
                (procedure, receiving, deciding)
                for record, procedure in zip(records, procedures, strict=True)
                for kind in record.data["executing"]
                for receiving, deciding in accepting(kind, agencies)
            )
            open_services(wanted, by=people[accounts.ADMIN.email], at=now)
        made = load_dossiers(people, now=now)
        load_drafts(people, now=now)
        load_questions(people, now=now)
        accounts.write_list()
        self.stdout.write(
            f"{len(records)} thủ tục, {len(agencies)} cơ quan, {len(people)} tài khoản, "
            f"{made} hồ sơ mẫu mới."
        )
