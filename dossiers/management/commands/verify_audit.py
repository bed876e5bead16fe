import json
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dossiers.audit import anchors, numbers, stored, walk
from dossiers.audit.chain import Finding

SHOWN = 50
MB = 1_000_000
FILES_TOLD = 100


class Command(BaseCommand):
    help = (
        "Kiểm tra sổ sự kiện và mốc thời hạn: chuỗi dấu của từng hồ sơ, trạng thái, hạn, các neo "
        "hằng ngày và số phiếu liền nhau; với --files cả từng tệp đã lưu. Mã thoát 1 khi có dòng "
        "hoặc tệp không còn như lúc ghi."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_day, help="chỉ hồ sơ được lưu từ ngày này, YYYY-MM-DD")
        parser.add_argument("--anchors", type=Path, help="so với bản lưu của export_anchors")

        parser.add_argument(
            "--files",
            nargs="?",
            type=_number,
            const=0,
            metavar="N",
            help="đọc mọi tệp phiếu, sổ, kết quả, giấy tờ và so với dấu; N: chỉ N tệp mỗi loại",
        )

    def handle(self, *args: Any, since: date | None, **options: Any) -> None:
        began, report = time.monotonic(), walk.Report()
        kept = anchors.compare(_kept(options["anchors"])) if options["anchors"] else iter(())
        wrong = self._name(
            chain(
                walk.verify(report, since=since, progress=self._tell),
                anchors.verify_anchors(since),
                numbers.verify_numbers(),
                kept,
            ),
            "Dòng sai đầu tiên: ",
        )
        seconds = max(time.monotonic() - began, 0.001)
        self.stdout.write(
            f"{report.dossiers} hồ sơ, {report.rows} dòng, {seconds:.1f} giây, "
            f"{report.rows / seconds:.0f} dòng/giây."
        )
        if options["files"] is not None:
            wrong += self._read_files(since, options["files"])
        if wrong:
            raise CommandError(f"{wrong} chỗ không khớp. Xem docs/OPERATIONS.md, mục Sổ.")
        self.stdout.write("Sổ đúng như lúc ghi.")

    def _read_files(self, since: date | None, sample: int) -> int:
        began, report = time.monotonic(), stored.Report()
        found = stored.verify(report, since=since, sample=sample, progress=self._tell_files)
        wrong = self._name(found, "Tệp sai đầu tiên: ")
        seconds = max(time.monotonic() - began, 0.001)
        self.stdout.write(
            f"{report.files} tệp, {report.size / MB:.1f} MB, {seconds:.1f} giây, "
            f"{report.size / MB / seconds:.0f} MB/giây: {report.missing} tệp không còn, "
            f"{report.changed} tệp khác dấu hoặc không đọc được."
        )
        return wrong

    def _name(self, found: Iterator[Finding], first: str) -> int:
        """Say what is wrong, the first of it so; how many there are."""
        number = 0
        for number, finding in enumerate(found, 1):
            if number <= SHOWN:
                self.stderr.write((first if number == 1 else "") + str(finding))
        return number

    def _tell(self, report: walk.Report) -> None:
        self._go_on(f"{report.dossiers} hồ sơ, {report.rows} dòng …")

    def _tell_files(self, report: stored.Report) -> None:
        if report.files % FILES_TOLD == 0:
            self._go_on(f"{report.files} tệp, {report.size / MB:.0f} MB …")

    def _go_on(self, words: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{words}", ending="")
            self.stdout.flush()


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"không phải số tệp: {text}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"không phải ngày dạng YYYY-MM-DD: {text}") from None


def _kept(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["day"]: row["digest"] for row in map(json.loads, filter(None, lines))}
