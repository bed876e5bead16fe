"""Many dossiers at one desk, copied in with COPY: a town's years in some seconds."""

import csv
import io
import json
import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.workflow import WITH_DECIDING_AGENCY, Status
from portal.lib.text import fold as fold_text

# Of a hundred dossiers; the rest has been returned.
SHARES = {
    Status.SUBMITTED: 10,
    Status.ACCEPTED: 5,
    Status.PROCESSING: 15,
    Status.ADDITIONS: 5,
    Status.FINISHED: 5,
    Status.REFUSED: 3,
}
_FAMILY = ("Nguyễn", "Trần", "Hoàng", "Nông", "Vi", "Lý", "Chu", "Hứa", "Triệu", "Lương")
_MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Đức", "Hồng", "Quốc")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Mơ", "Ngọc", "Sơn")
_CHUNK = 5000
fold = cache(fold_text)


def fill(connection: BaseDatabaseWrapper, model: Dossier, total: int) -> None:
    """Copies of `model` until there are `total` dossiers, spread over SHARES; then ANALYZE."""
    missing = total - Dossier.objects.using(connection.alias).count()
    fields = [field for field in Dossier._meta.concrete_fields if not field.primary_key]
    same = {field.column: _cell(getattr(model, field.attname)) for field in fields}
    columns = ", ".join(f'"{name}"' for name in same)
    statement = f"COPY {Dossier._meta.db_table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '~')"
    now = timezone.now()
    with connection.cursor() as cursor:
        # The copies point where their model points: nothing to look up a million times.
        cursor.execute("SET session_replication_role = replica")
        for start in range(0, missing, _CHUNK):
            text = io.StringIO()
            writer = csv.writer(text)
            for number in range(start, min(start + _CHUNK, missing)):
                own = {name: _cell(value) for name, value in _own(model, number, now).items()}
                writer.writerow((same | own).values())
            text.seek(0)
            cursor.copy_expert(statement, text)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(f"VACUUM ANALYZE {Dossier._meta.db_table}")


def _cell(value: Any) -> Any:
    if value is None:
        return "~"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _own(model: Dossier, number: int, now: datetime) -> dict[str, Any]:
    status = status_of(number)
    # 7919 is prime: neighbours in the table are not neighbours in a queue.
    at = now - timedelta(minutes=number * 7919 % 500_000)
    name = " ".join(
        part[number // divisor % len(part)]
        for part, divisor in ((_FAMILY, 1), (_MIDDLE, 10), (_GIVEN, 70))
    )
    decided = status in WITH_DECIDING_AGENCY
    accepted = status not in (Status.SUBMITTED, Status.REFUSED)
    over = status in (Status.FINISHED, Status.RETURNED)
    due = at + timedelta(days=5)
    return {
        "public_id": uuid.uuid4(),
        "start_token": uuid.uuid4(),
        "code": f"000.01.15.H37-BENCH-{number:07d}",
        "status": int(status),
        "owner_name": name,
        "owner_fold": fold(name),
        "desk_agency_id": model.deciding_agency_id if decided else model.receiving_agency_id,
        "submitted_at": at,
        "accepted_at": at if accepted else None,
        "finished_at": at if over else None,
        "returned_at": at if status == Status.RETURNED else None,
        "refused_at": at if status == Status.REFUSED else None,
        "due_at": due if accepted else None,
        "queue_at": at if status in (Status.RETURNED, Status.REFUSED) else due,
        "clock_running": status in (Status.ACCEPTED, Status.PROCESSING),
    }


def status_of(number: int) -> Status:
    """In every run of a hundred dossiers the same shares."""
    place = number * 37 % 100
    for status, share in SHARES.items():
        if place < share:
            return status
        place -= share
    return Status.RETURNED
