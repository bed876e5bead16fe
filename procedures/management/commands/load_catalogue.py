import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Agency
from portal.lib.errors import Retryable
from procedures.actions import imports
from procedures.exchange import folder, jobs
from procedures.models import Fate, ImportFormat, ImportMode, ImportRun, ImportState, JobKind
from procedures.openings import open_for

_SAID = [Fate.CHANGED, Fate.WITHDRAWN, Fate.REJECTED]


class Command(BaseCommand):
    help = (
        "Nạp danh mục thủ tục từ một tệp (dòng JSON, bản ghi của Cổng quốc gia, XLSX theo mẫu) "
        "hoặc một thư mục (<mã>.json, biểu mẫu trong eforms/<mã>.json). Chạy lại không đổi gì. "
        "Mã thoát 1 khi có thủ tục bị từ chối."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=ImportFormat.values, default="")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và so sánh")
        parser.add_argument(
            "--as", dest="mode", choices=ImportMode.values, default=ImportMode.PUBLISHED.value
        )
        parser.add_argument(
            "--complete", action="store_true", help="tệp có toàn bộ: kể cả thủ tục không còn"
        )
        parser.add_argument(
            "--open-services",
            action="store_true",
            help="mở dịch vụ công tại các cơ quan thuộc loại mà thủ tục nêu",
        )

    def handle(self, *args: Any, file: Path, mode: str, **options: Any) -> None:
        run = self._read(file, options["format"], options["complete"])
        if options["dry_run"]:
            imports.discard_import(run, at=timezone.now())
        else:
            imports.apply_at_once(run, mode=mode, at=timezone.now())
            _work(run, JobKind.APPLY)
            run.refresh_from_db()
        self._tell_rows(run)
        services = self._open(run) if options["open_services"] and not options["dry_run"] else None
        self._tell_sums(run, services, dry=options["dry_run"])
        if rejected := run.counts.get(Fate.REJECTED, 0):
            raise CommandError(f"{rejected} thủ tục bị từ chối; các thủ tục khác đã xử lý xong.")

    def _read(self, path: Path, format_name: str, complete: bool) -> ImportRun:
        try:
            with _as_file(path) as content:
                run = imports.start_import(
                    content, by=None, at=timezone.now(), complete=complete, format_name=format_name
                )
        except (imports.ImportRefused, OSError) as error:
            raise CommandError(str(error)) from None
        _work(run, JobKind.READ)
        run.refresh_from_db()
        if run.state == ImportState.FAILED:
            raise CommandError(run.error)
        return run

    def _tell_rows(self, run: ImportRun) -> None:
        for row in run.rows.filter(fate__in=_SAID).iterator():
            reasons = "; ".join(row.detail.get("reasons", []))
            what = f"{row.code or row.name or f'dòng {row.line}'} {reasons}".rstrip()
            self.stdout.write(f"{row.get_fate_display().lower()}: {what}")
        for row in run.rows.exclude(outcome_reason="").iterator():
            self.stdout.write(f"bỏ qua: {row.code} {row.outcome_reason}")

    def _open(self, run: ImportRun) -> int:
        agencies = list(Agency.objects.in_force(timezone.localdate()))
        codes = run.rows.exclude(fate=Fate.WITHDRAWN).values_list("code", flat=True)
        opened = open_for(list(codes), agencies, by=None, at=timezone.now())
        for sentence in opened.missing:
            self.stdout.write(f"lưu ý: {sentence}")
        return opened.services

    def _tell_sums(self, run: ImportRun, services: int | None, *, dry: bool) -> None:
        words = ", ".join(
            f"{run.counts.get(fate, 0)} {label.lower()}"
            for fate, label in Fate.choices
            if fate != Fate.WITHDRAWN or run.complete
        )
        text = f"{run.total} thủ tục: {words}"
        if not dry:
            text += f"; {run.applied} {run.get_mode_display().lower()}, {run.skipped} bỏ qua"
        if services is not None:
            text += f"; {services} dịch vụ mới mở"
        self.stdout.write(f"{text}.")


def _work(run: ImportRun, kind: str) -> None:
    try:
        jobs.work_whole(run, kind)
    except Retryable as error:
        raise CommandError(error.reason) from None


@contextmanager
def _as_file(path: Path) -> Iterator[File]:
    if not path.is_dir():
        with path.open("rb") as file:
            yield File(file, name=path.name)
        return
    if not any(path.glob("*.json")):
        raise CommandError(f"Không có tệp .json nào trong {path}.")
    with tempfile.TemporaryFile() as packed:
        folder.pack(path, packed)
        yield File(packed, name=f"{path.name}.jsonl")
