import json
from typing import Any

from django.core.management.base import BaseCommand

from dossiers.models import LedgerAnchor

_SAID = ("day", "made_at", "dossiers", "heads_digest", "previous_digest", "digest")


class Command(BaseCommand):
    help = "In các neo hằng ngày của sổ, mỗi neo một dòng JSON, để lưu ở nơi khác."

    def handle(self, *args: Any, **options: Any) -> None:
        for row in LedgerAnchor.objects.order_by("day").values(*_SAID).iterator(chunk_size=1000):
            self.stdout.write(json.dumps(row, default=str))
