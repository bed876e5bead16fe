from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Agency
from procedures.importing import Fate, import_folder
from procedures.openings import open_for


class Command(BaseCommand):
    help = (
        "Nạp danh mục thủ tục từ thư mục (<mã>.json, biểu mẫu trong eforms/<mã>.json) và mở dịch "
        "vụ công tại các cơ quan theo loại. Chạy lại không đổi gì. Mã thoát 1 khi có tệp bị "
        "từ chối."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not any(folder.glob("*.json")):
            raise CommandError(f"Không có tệp .json nào trong {folder}.")
        now = timezone.now()
        found = import_folder(folder, by=None, at=now)
        agencies = list(Agency.objects.in_force(timezone.localdate(now)))
        opened = open_for(found, agencies)
        for one in found:
            if one.fate != Fate.UNCHANGED:
                self.stdout.write(f"{one.fate}: {one.file} {one.reason}".rstrip())
        for sentence in opened.missing:
            self.stdout.write(f"lưu ý: {sentence}")
        counts = Counter(one.fate for one in found)
        words = ", ".join(f"{counts[fate]} {fate}" for fate in Fate)
        self.stdout.write(f"{len(found)} thủ tục: {words}; {opened.services} dịch vụ mới mở.")
        if rejected := counts[Fate.REJECTED]:
            raise CommandError(f"{rejected} tệp bị từ chối; các thủ tục khác đã được nạp.")
