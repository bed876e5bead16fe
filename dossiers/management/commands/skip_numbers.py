"""After a restored backup: what was filed since it was made is gone, but its codes are on
receipts. Today's codes and this year's slip numbers go on above them, with a gap, so that none
is given twice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import F
from django.utils import timezone

from dossiers.models import Counter


class Command(BaseCommand):
    help = "After a restore: begins today's codes and this year's slip numbers COUNT higher."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "count",
            type=_positive,
            help="at least as many as one office can have given since the backup",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        # The periods of codes and slips (actions.filing.next_code, actions.slips.number_slip).
        open_now = Counter.objects.filter(period__in=[f"{today:%Y%m%d}", f"{today:%Y}"])
        moved = open_now.update(value=F("value") + options["count"])
        self.stdout.write(f"{moved} bộ đếm bắt đầu cao hơn {options['count']} số.")


def _positive(text: str) -> int:
    if not 1 <= int(text) <= 9000:
        raise ValueError
    return int(text)
