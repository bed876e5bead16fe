from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dossiers.official_days import YEARS, load_days


class Command(BaseCommand):
    help = "Nạp ngày nghỉ, ngày làm bù của những năm chưa có trong bảng."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="*", type=int, default=list(YEARS))

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Đã thêm {load_days(options['years'])} ngày.")
