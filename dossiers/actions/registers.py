"""Issuing volumes of a desk's register: their numbers and what they say now, their PDFs by the
worker once."""

import calendar
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Agency
from dossiers import policies, register
from dossiers.actions.errors import MoveRefused
from dossiers.models import Counter, RegisterVolume, VolumeContent
from dossiers.models.slip import form_set_of
from dossiers.register import Period
from dossiers.slip_data import issuer, moment
from portal.lib.outbox import LeaseLost, hint
from procedures.models import Procedure

# About a minute of the worker's time, and a book that a hand can hold.
VOLUME = 2000
# At 3,000 a second, and the year's number is held meanwhile: a web process has time for these.
MOST = 30_000


@transaction.atomic
def issue_register(
    *,
    agency: Agency,
    period: Period,
    procedure: Procedure | None,
    token: uuid.UUID,
    by: Any,
    at: datetime,
) -> list[RegisterVolume]:
    """The register of the period as it stands, in volumes: one when it is short, else at least
    one a month. `token` is the page's: sent twice it is issued once."""
    if reason := policies.read_register(by, agency):
        raise MoveRefused(reason)
    whole = register.entries(agency, period, procedure).count()
    if not whole:
        raise MoveRefused("Trong kỳ này không có hồ sơ nào để vào sổ.")
    if whole > MOST:
        most = f"{MOST:,}".replace(",", ".")
        raise MoveRefused(f"Kỳ này có hơn {most} hồ sơ; hãy chọn kỳ ngắn hơn.")
    year = f"{timezone.localtime(at):%Y}"
    scope = f"register/{agency.pk}"
    # Whoever comes second with this token waits here for the first.
    number = Counter.objects.take(scope, year)
    made = RegisterVolume.objects.filter(key__startswith=f"register-{token}-")
    if found := list(made.order_by("pk")):
        transaction.set_rollback(True)  # the number goes back
        return found
    volumes: list[RegisterVolume] = []
    for chapter, start, lines in _volumes(agency, period, procedure, whole):
        if volumes:
            number = Counter.objects.take(scope, year)
        volume = RegisterVolume.objects.create(
            key=f"register-{token}-{len(volumes) + 1}", agency=agency, procedure=procedure,
            first_day=chapter.first, last_day=chapter.last, start=start, rows=len(lines),
            form_set=form_set_of(agency), number=number, period=year, issued_at=at,
            issued_by=by, available_at=at,
        )  # fmt: skip
        # By its key: the volume is returned and would keep its content in memory.
        VolumeContent.objects.create(volume_id=volume.pk, data=_head(volume) | {"lines": lines})
        volumes.append(volume)
    hint("dossiers.tasks.write_registers")
    return volumes


def _volumes(
    agency: Agency, period: Period, procedure: Procedure | None, whole: int
) -> Iterator[tuple[Period, int, list[tuple[Any, ...]]]]:
    """(days, dossiers of those days before it, its lines). One query reads the lines of the same
    days, so that none is in two volumes or in none."""
    for chapter in [period] if whole <= VOLUME else list(_months(period)):
        start, lines = 0, iter(register.Lines(register.entries(agency, chapter, procedure)))
        while part := list(islice(lines, VOLUME)):
            yield chapter, start, part
            start += len(part)


def _head(volume: RegisterVolume) -> dict[str, Any]:
    return issuer(volume.agency, volume.issued_at) | {
        "head": register.HEAD,
        "volume": f"{volume.number}/{volume.period}",
        "period": Period(volume.first_day, volume.last_day).words,
        "procedure_name": volume.procedure.name if volume.procedure else "",
        "start": volume.start,
        "total": volume.rows,
        "officer_name": volume.issued_by.full_name,
        "read_line": moment(volume.issued_at),
    }


def _months(period: Period) -> Iterator[Period]:
    day = period.first
    while day <= period.last:
        end = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
        yield Period(day, min(end, period.last))
        day = end + timedelta(days=1)


def remake_register(volume: RegisterVolume, *, by: Any, at: datetime) -> None:
    """As actions.remake_slip."""
    if reason := policies.remake_register(by, volume):
        raise MoveRefused(reason)
    if RegisterVolume.objects.filter(pk=volume.pk).revive(at):
        hint("dossiers.tasks.write_registers")


def tell_register(volume: RegisterVolume, *, written: int, until: datetime) -> None:
    """So many of its rows are made; ours until `until`."""
    mine = RegisterVolume.objects.filter(pk=volume.pk, lease_token=volume.lease_token)
    if not mine.update(written=written, leased_until=until):
        raise LeaseLost


@transaction.atomic
def store_register(
    volume: RegisterVolume, *, stored_name: str, sha256: str, size: int, at: datetime
) -> None:
    RegisterVolume.objects.filter(pk=volume.pk, lease_token=volume.lease_token).update(
        stored_name=stored_name, sha256=sha256, size=size
    )
    volume.stored_name, volume.sha256, volume.size = stored_name, sha256, size
    if not volume.settle_done(at):
        raise LeaseLost
