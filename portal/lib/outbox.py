"""The outbox: a side effect is a row written in the transaction that decides on it.

Workers claim rows for a while (a lease), call outside without holding a transaction, and settle.
A worker that dies or dawdles loses its lease; what it writes afterwards changes nothing, because
every settling UPDATE names the token of its own claim. Celery is never trusted with the work
itself, only with the hint that there is some.
"""

import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from portal.lib.errors import Final, Retryable, Unknown
from portal.lib.hints import hint

__all__ = ["DrainReport", "LeaseLost", "OutboxQuerySet", "OutboxRow", "drain", "hint"]

log = logging.getLogger("portal.outbox")

LONGEST_DELAY = timedelta(hours=1)
UNKNOWN = "unknown"
_ERROR_LENGTH = 500

_Row = TypeVar("_Row", bound="OutboxRow")


class LeaseLost(Exception):  # noqa: N818  (an outcome, like Retryable)
    """Raise it inside `handle`, in the transaction of your own writes, when a settle said False."""


class OutboxQuerySet(models.QuerySet[_Row]):
    def waiting(self) -> Self:
        """Neither done nor given up, whether or not their time has come."""
        return self.filter(done_at=None, dead_at=None)

    def dead(self) -> Self:
        """Given up: these wait for a person."""
        return self.exclude(dead_at=None)

    def revive(self, at: datetime) -> int:
        """A person has looked: what was given up is tried again, as if for the first time."""
        return self.dead().update(dead_at=None, attempts=0, available_at=at)

    def due(self, now: datetime) -> Self:
        """Waiting, their time has come, and nobody holds them."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.waiting().filter(free, available_at__lte=now)

    def claim(self, limit: int, lease: timedelta, now: datetime) -> list[_Row]:
        """Up to `limit` due rows of this queryset, ours until `now + lease`, oldest first.

        One short transaction of its own (RuntimeError inside another one: the lease would not be
        seen by others before the call outside). A row whose former holder never settled may have
        been sent: its `outcome` becomes "unknown".
        """
        token = uuid.uuid4()
        with transaction.atomic(using=self.db, durable=True):
            # SQLite ignores the lock: its transactions are IMMEDIATE, one writer at a time.
            free = (
                self.due(now)
                .select_related(None)
                .only("pk")
                .order_by("available_at")
                .select_for_update(skip_locked=True, no_key=True, of=("self",))
            )
            ids = [row.pk for row in free[:limit]]
            if not ids:
                return []
            ours = self.model._base_manager.using(self.db).filter(pk__in=ids)
            ours.update(
                lease_token=token,
                leased_until=now + lease,
                attempts=F("attempts") + 1,
                outcome=Case(When(lease_token=None, then=F("outcome")), default=Value(UNKNOWN)),
            )
            return list(ours.filter(lease_token=token).order_by("available_at"))


class OutboxRow(models.Model):
    """What every outbox table has. Subclasses add what is to be sent, and to whom.

    A subclass says `objects = OutboxQuerySet.as_manager()` (or its own queryset's); its Meta
    inherits this one, repeating what it adds to: `constraints = [*OutboxRow.Meta.constraints, …]`.
    """

    # With the backoff below: about a day and a half before we give up.
    max_attempts: ClassVar[int] = 55

    key = models.CharField("Khóa gửi", max_length=120, unique=True)
    available_at = models.DateTimeField("Gửi từ lúc", default=timezone.now)
    leased_until = models.DateTimeField("Đang giữ đến", null=True, blank=True, editable=False)
    lease_token = models.UUIDField("Mã lượt giữ", null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField("Số lần thử", default=0, editable=False)
    outcome = models.CharField(
        "Kết quả lần trước",
        max_length=8,
        blank=True,
        default="",
        editable=False,
        choices=[(UNKNOWN, "Không rõ đã đến nơi hay chưa")],
        help_text="Không rõ: hỏi đối tác theo khóa gửi trước khi gửi lại.",
    )
    last_error = models.CharField(
        "Lỗi gần nhất", max_length=_ERROR_LENGTH, blank=True, default="", editable=False
    )
    created_at = models.DateTimeField("Tạo lúc", default=timezone.now, editable=False)
    done_at = models.DateTimeField("Xong lúc", null=True, blank=True, editable=False)
    dead_at = models.DateTimeField("Dừng thử lúc", null=True, blank=True, editable=False)

    settled = False  # this claim has been settled, in memory

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["available_at"],
                condition=Q(done_at=None, dead_at=None),
                name="%(app_label)s_%(class)s_due",
            ),
            models.Index(
                fields=["dead_at"],
                condition=Q(dead_at__isnull=False),
                name="%(app_label)s_%(class)s_dead",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(dead_at=None),
                name="%(app_label)s_%(class)s_one_end",
                violation_error_message="Một lượt gửi không thể vừa xong vừa bị dừng.",
            ),
            models.CheckConstraint(
                condition=Q(leased_until=None, lease_token=None)
                | Q(leased_until__isnull=False, lease_token__isnull=False),
                name="%(app_label)s_%(class)s_lease_pair",
                violation_error_message="Thời hạn giữ và mã lượt giữ phải đi cùng nhau.",
            ),
        ]

    @property
    def may_have_arrived(self) -> bool:
        """An earlier try may have reached them: ask by `key` before sending again."""
        return self.outcome == UNKNOWN

    def settle_done(self, at: datetime) -> bool:
        """It is done. False: the lease is no longer ours and nothing was written."""
        return self._settle(done_at=at, last_error="")

    def settle_retry(
        self,
        error: str,
        at: datetime,
        delay: timedelta | None = None,
        *,
        outcome: str = "",
        counts: bool = True,
    ) -> bool:
        """Again later: after `delay` (never more than an hour) or the backoff with jitter.
        `counts=False` takes this claim out of `attempts` again.

        `outcome="unknown"` sticks until the row is done: a later refused connection does not
        prove that the earlier call never arrived. False: the lease is no longer ours.
        """
        wait = backoff(self.attempts) if delay is None else min(delay, LONGEST_DELAY)
        changes: dict[str, Any] = {"available_at": at + wait, "last_error": _clipped(error)}
        if outcome:
            changes["outcome"] = outcome
        if not counts:
            changes["attempts"] = self.attempts - 1
        return self._settle(**changes)

    def settle_dead(self, error: str, at: datetime, *, outcome: str = "") -> bool:
        """Give up and leave it to a person. False: the lease is no longer ours."""
        changes: dict[str, Any] = {"dead_at": at, "last_error": _clipped(error)}
        if outcome:
            changes["outcome"] = outcome
        return self._settle(**changes)

    def _mine(self) -> "models.QuerySet[Any]":
        """This row, as long as the claim that fetched it is the current one."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        return rows.filter(lease_token=self.lease_token) if self.lease_token else rows.none()

    def _settle(self, **changes: Any) -> bool:
        self.settled = bool(self._mine().update(lease_token=None, leased_until=None, **changes))
        if self.settled:
            # The token stays in memory: if the caller's transaction rolls back, the claim still
            # stands in the database and can be settled otherwise.
            self.done_at = self.dead_at = None
            for name, value in changes.items():
                setattr(self, name, value)
        return self.settled


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 … seconds up to an hour, times a random 0.5–1 so that rows do not come in step."""
    ceiling = min(2.0 ** min(attempts, 16), LONGEST_DELAY.total_seconds())
    return timedelta(seconds=ceiling * random.uniform(0.5, 1))


def _clipped(error: str) -> str:
    return error.replace("\x00", "")[:_ERROR_LENGTH]  # PostgreSQL takes no NUL


@dataclass(slots=True)
class DrainReport:
    """How many rows ended how. `lost`: the lease ran out before we could write."""

    done: int = 0
    retried: int = 0
    dead: int = 0
    lost: int = 0


def drain(
    queryset: OutboxQuerySet[_Row],
    handle: Callable[[_Row], object],
    *,
    limit: int = 50,
    lease: timedelta = timedelta(seconds=60),
    now: datetime | None = None,
    budget: timedelta = timedelta(seconds=30),
) -> DrainReport:
    """Handle up to `limit` due rows; start none after `budget`. Errors stay with their row.

    `handle(row)` raises Retryable, Final or Unknown, looks at `row.may_have_arrived`, and may
    settle the row itself in the transaction of its own writes (on False: raise LeaseLost to undo
    them). Any other exception counts as Unknown. `lease` must be longer than one `handle` can
    take: rows are claimed one at a time, so a row that kills its worker holds up only itself.
    Database errors of the outbox itself are raised: the leases run out and others take over.
    """
    report = DrainReport()
    start, began = now or timezone.now(), time.monotonic()
    for _ in range(limit):
        elapsed = timedelta(seconds=time.monotonic() - began)
        rows = queryset.claim(1, lease, start + elapsed) if elapsed < budget else []
        if not rows:
            break
        ending = _handle_one(rows[0], handle, start, began)
        setattr(report, ending, getattr(report, ending) + 1)
    return report


def _handle_one(row: _Row, handle: Callable[[_Row], object], start: datetime, began: float) -> str:
    """Which field of DrainReport this row counts for."""

    def at() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    if row.attempts > row.max_attempts:  # its holders died without a word, every time
        return _ended(row.settle_dead(_given_up(row, row.last_error), at()), "dead")
    try:
        handle(row)
    except LeaseLost:
        return "lost"
    except Final as error:
        return _ended(row.settle_dead(error.reason, at()), "dead")
    except Retryable as error:
        return _again(row, error.reason, at(), retry_after=error.retry_after, counts=error.counts)
    except Unknown as error:
        return _again(row, error.reason, at(), outcome=UNKNOWN)
    except Exception as error:  # a poison row must not stop the others
        log.exception("outbox %s %s failed", row._meta.label, row.key)
        # Where it failed is not known, so neither is whether the call went out.
        return _again(row, f"Lỗi nội bộ ({type(error).__name__})", at(), outcome=UNKNOWN)
    if row.settled:
        return "done" if row.done_at else "dead" if row.dead_at else "retried"
    return _ended(row.settle_done(at()), "done")


def _again(
    row: OutboxRow,
    reason: str,
    at: datetime,
    *,
    retry_after: float | None = None,
    outcome: str = "",
    counts: bool = True,
) -> str:
    if counts and row.attempts >= row.max_attempts:
        return _ended(row.settle_dead(_given_up(row, reason), at, outcome=outcome), "dead")
    delay = None
    if retry_after is not None:
        # Never before the time they named, and not everybody in the same second.
        delay = timedelta(seconds=min(max(retry_after, 1), 3600) * random.uniform(1, 1.1))
    return _ended(row.settle_retry(reason, at, delay, outcome=outcome, counts=counts), "retried")


def _given_up(row: OutboxRow, reason: str) -> str:
    return f"Đã thử {row.max_attempts} lần không được. {reason}".strip()


def _ended(written: bool, ending: str) -> str:
    return ending if written else "lost"
