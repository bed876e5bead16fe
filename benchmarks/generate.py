"""Many dossiers at one desk, copied in with COPY: a town's years in some seconds."""

import csv
import io
import json
import uuid
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from accounts.models import Agency, Position
from accounts.roles import Role
from dossiers.models import Dossier
from dossiers.workflow import PUT_DOWN, WITH_DECIDING_AGENCY, Status
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
# Two in five are Nguyễn, as in the country.
_FAMILY = ("Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Hoàng", "Nông", "Vi", "Lý", "Chu", "Triệu")
_MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Đức", "Hồng", "Quốc")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Mơ", "Ngọc", "Sơn")
LAST_YEAR, HALF_YEAR = 500_000, 183 * 24 * 60  # minutes
_CHUNK = 5000
_BY_COPY = 50_000  # more are made of these inside PostgreSQL
fold = cache(fold_text)


def fill(
    connection: BaseDatabaseWrapper,
    model: Dossier,
    total: int,
    agencies: int = 1,
    *,
    years: bool = False,
) -> None:
    """Copies of `model` until there are `total` dossiers, spread over SHARES; then ANALYZE.

    With more `agencies` than one: a tenth stays at the model's desk, a large one; the others share
    the rest as towns do, the n-th with 1/n of the first. No ledger rows: lists read none.

    With `years` only the last are at work, the others lie behind as in an archive: a province of
    100,000 a year. Without, all are of the last year: queues as long as they may ever be.
    """
    minutes = HALF_YEAR if years else LAST_YEAR
    missing = total - Dossier.objects.using(connection.alias).count()
    desks = Desks(connection, model, agencies)
    fields = [field for field in Dossier._meta.concrete_fields if not field.primary_key]
    same = {field.column: _cell(getattr(model, field.attname)) for field in fields}
    columns = ", ".join(f'"{name}"' for name in same)
    first, place = list(same.values()), {name: at for at, name in enumerate(same)}
    statement = f"COPY {Dossier._meta.db_table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '~')"
    now = timezone.now()
    with connection.cursor() as cursor, _without_indexes(cursor):
        # The copies point where their model points: nothing to look up a million times.
        cursor.execute("SET session_replication_role = replica")
        by_copy = min(missing, _BY_COPY)
        for start in range(0, by_copy, _CHUNK):
            text = io.StringIO()
            writer = csv.writer(text)
            for number in range(start, min(start + _CHUNK, by_copy)):
                row = list(first)
                for name, value in (_own(number, now, minutes) | desks.place(number, now)).items():
                    row[place[name]] = "~" if value is None else value
                writer.writerow(row)
            text.seek(0)
            cursor.copy_expert(statement, text)
        _multiply(cursor, list(same), missing - by_copy, _AGAIN | (_YEARS if years else {}))
        cursor.execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"VACUUM ANALYZE {Dossier._meta.db_table}")
        cursor.execute("RESET statement_timeout")


def _multiply(cursor: Any, columns: list[str], missing: int, again: dict[str, str]) -> None:
    """The rest inside PostgreSQL: each turn the copied rows again, 400 days of codes earlier, with
    other ids, numbers and minutes."""
    cursor.execute("SET statement_timeout = 0")
    of_ours = "code ~ '-9[0-9]{3}$' AND id <= %s"
    cursor.execute(f"SELECT max(id) FROM {Dossier._meta.db_table}")
    last = cursor.fetchone()[0]
    turns = range(1, -(-missing // _BY_COPY) + 1)
    for turn in turns:
        changed = {name: again[name].format(turn=turn) for name in columns if name in again}
        cursor.execute(
            f"INSERT INTO {Dossier._meta.db_table} ({', '.join(columns)}) "
            f"SELECT {', '.join(changed.get(name, name) for name in columns)} "
            f"FROM {Dossier._meta.db_table} WHERE {of_ours} LIMIT %s",
            [last, missing - (turn - 1) * _BY_COPY],
        )
    cursor.execute("RESET statement_timeout")


_DAY = "to_char(to_date(split_part(code, '-', 2), 'YYMMDD') - {turn} * 400, 'YYMMDD')"
_AGAIN = {
    "public_id": "gen_random_uuid()",
    "start_token": "gen_random_uuid()",
    "code": f"split_part(code, '-', 1) || '-' || {_DAY} || '-' || split_part(code, '-', 3)",
    "owner_phone": "'09' || lpad((right(owner_phone, 8)::int + {turn} * 1000000)::text, 8, '0')",
    "owner_citizen_id": "'02' || lpad((right(owner_citizen_id, 8)::int + {turn} * 1000000)::text,"
    " 10, '0')",
    "submitted_at": "submitted_at - {turn} * interval '37 seconds'",
    "queue_at": "queue_at - {turn} * interval '37 seconds'",
}
# Each turn the half of a year earlier, and done with but for those refused.
_BACK = "{turn} * interval '183 days'"
_REFUSED = f"status = {int(Status.REFUSED)}"
_YEARS = {
    "status": f"CASE WHEN {_REFUSED} THEN status ELSE {int(Status.RETURNED)} END",
    "submitted_at": f"submitted_at - {_BACK}",
    "queue_at": f"submitted_at - {_BACK}",
    "due_at": f"CASE WHEN NOT {_REFUSED} THEN submitted_at + interval '5 days' - {_BACK} END",
    "refused_at": f"refused_at - {_BACK}",
    **{
        f"{stamp}_at": f"CASE WHEN NOT {_REFUSED} THEN submitted_at - {_BACK} END"
        for stamp in ("accepted", "finished", "returned")
    },
    "clock_running": "false",
}


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Indexes that hold no constraint are built once at the end, as pg_restore does it."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [Dossier._meta.db_table],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute("SET statement_timeout = 0")
    for _, definition in found:
        cursor.execute(definition)
    cursor.execute("RESET maintenance_work_mem")
    cursor.execute("RESET statement_timeout")


class Desks:
    """Which agency a copy lies at; its code counts within agency and day, as ours do."""

    def __init__(self, connection: BaseDatabaseWrapper, model: Dossier, count: int) -> None:
        self.ids = [(model.receiving_agency_id, model.deciding_agency_id)]
        self.codes = [model.receiving_agency.code]
        posts = Position.objects.using(connection.alias).filter(role=Role.RECEPTION)
        self.officer = posts.filter(agency=self.ids[0][0]).values_list("user", flat=True).first()
        for number in range(1, count):
            code = f"999.{number:03d}.H37"
            agency = Agency(code=code, name=f"Xã số {number}", kind="ttpvhcc-xa", level="commune")
            agency.save(using=connection.alias)
            self.ids.append((agency.pk, agency.pk))
            self.codes.append(code)
        weights = [0.9 / number for number in range(1, count)]
        whole = sum(weights) or 1
        shares = [0.1 if count > 1 else 1.0, *(0.9 * weight / whole for weight in weights)]
        self.until = list(accumulate(shares))
        self.until[-1] = 1.0
        self.held = [0] * count

    def place(self, number: int, now: datetime) -> dict[str, Any]:
        # A golden-ratio walk: even, and independent of what status_of takes of the number.
        at = bisect(self.until, number * 0.6180339887498949 % 1)
        receiving, deciding = self.ids[at]
        self.held[at] += 1
        day = now - timedelta(days=self.held[at] % 400)
        decided = status_of(number) in WITH_DECIDING_AGENCY
        # Of the large desk's every fifth is its officer's by reception, another fifth by work.
        share = self.held[at] % 5
        theirs = self.officer if at == 0 and status_of(number) in PUT_DOWN else None
        return {
            "received_by_id": theirs if share == 0 else None,
            "worked_by_id": theirs if share == 1 else None,
            "receiving_agency_id": receiving,
            "deciding_agency_id": deciding,
            "desk_agency_id": deciding if decided else receiving,
            "code": f"{self.codes[at]}-{day:%y%m%d}-9{self.held[at] // 400:03d}",
        }


def _cell(value: Any) -> Any:
    if value is None:
        return "~"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _own(number: int, now: datetime, minutes: int) -> dict[str, Any]:
    """What differs from the model: filed at some time of the last `minutes`."""
    status = status_of(number)
    # 7919 is prime: neighbours in the table are not neighbours in a queue.
    at = now - timedelta(minutes=number * 7919 % minutes)
    name = " ".join(
        part[number // divisor % len(part)]
        for part, divisor in ((_FAMILY, 1), (_MIDDLE, 10), (_GIVEN, 70))
    )
    accepted = status not in (Status.SUBMITTED, Status.REFUSED)
    over = status in (Status.FINISHED, Status.RETURNED)
    due = at + timedelta(days=5)
    return {
        "public_id": uuid.uuid4(),
        "start_token": uuid.uuid4(),
        "status": int(status),
        "owner_name": name,
        "owner_fold": fold(name),
        "owner_phone": f"09{number % 100_000_000:08d}",
        "owner_citizen_id": f"0200{number:08d}",
        "return_method": "online" if number % 4 == 0 else "desk",
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
