import json
import time
from argparse import ArgumentTypeError
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dossiers.audit import anchors, numbers, walk

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Kiểm tra sổ sự kiện và mốc thời hạn: chuỗi dấu của từng hồ sơ, trạng thái, hạn, các neo "
        "hằng ngày và số phiếu liền nhau. Mã thoát 1 khi có dòng không còn như lúc ghi."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_day, help="chỉ hồ sơ được lưu từ ngày này, YYYY-MM-DD")
        parser.add_argument("--anchors", type=Path, help="so với bản lưu của export_anchors")

    def handle(self, *args: Any, since: date | None, **options: Any) -> None:
        began, report = time.monotonic(), walk.Report()
        kept = anchors.compare(_kept(options["anchors"])) if options["anchors"] else iter(())
        found = chain(
            walk.verify(report, since=since, progress=self._tell),
            anchors.verify_anchors(since),
            numbers.verify_numbers(),
            kept,
        )
        number = 0
        for number, finding in enumerate(found, 1):
            if number <= SHOWN:
                self.stderr.write(("Dòng sai đầu tiên: " if number == 1 else "") + str(finding))
        seconds = max(time.monotonic() - began, 0.001)
        self.stdout.write(
            f"{report.dossiers} hồ sơ, {report.rows} dòng, {seconds:.1f} giây, "
            f"{report.rows / seconds:.0f} dòng/giây."
        )
        if number:
            raise CommandError(f"{number} chỗ không khớp. Xem docs/OPERATIONS.md, mục Sổ.")
        self.stdout.write("Sổ đúng như lúc ghi.")

    def _tell(self, report: walk.Report) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{report.dossiers} hồ sơ, {report.rows} dòng …", ending="")
            self.stdout.flush()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"không phải ngày dạng YYYY-MM-DD: {text}") from None


def _kept(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["day"]: row["digest"] for row in map(json.loads, filter(None, lines))}
