"""Provinces and wards, looked up once and kept for ten minutes.

The tables change a few times in a decade, so each process holds what it has read.
Tests put their own lookup in with `use`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Protocol

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Province, Ward

Places = tuple[tuple[str, str], ...]  # (code, full name)
KEEP_SECONDS = 600


class Lookup(Protocol):
    def provinces(self) -> Places: ...

    def wards(self, province: str) -> Places: ...

    def name(self, code: str) -> str: ...


class DatabaseLookup:
    """Reads accounts.Province and accounts.Ward; offers those in force today."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[float, Any]] = {}

    def provinces(self) -> Places:
        return self._keep(("provinces", ""), lambda: self._read(Province.objects.all()))

    def wards(self, province: str) -> Places:
        if province not in dict(self.provinces()):
            return ()
        # Putting a query together costs more than looking up what is kept: only when needed.
        return self._keep(
            ("wards", province), lambda: self._read(Ward.objects.filter(province_id=province))
        )

    def name(self, code: str) -> str:
        """The full name, also of a place that no longer exists; "" when there never was one."""
        if len(code) not in (2, 5) or not code.isdigit():
            return ""
        model: Any = Province if len(code) == 2 else Ward
        return self._keep(("name", code), lambda: self._name(model, code))

    def _name(self, model: Any, code: str) -> str:
        return model.objects.filter(pk=code).values_list("full_name", flat=True).first() or ""

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()

    def _read(self, rows: Any) -> Places:
        today: date = timezone.localdate()
        rows = rows.filter(valid_from__lte=today).exclude(valid_to__lt=today)
        return tuple(rows.order_by("name").values_list("code", "full_name"))

    def _keep(self, key: tuple[str, str], read: Callable[[], Any]) -> Any:
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept and kept[0] > now:
            return kept[1]
        value = read()
        # An empty answer is not kept: the tables may be about to be loaded.
        if value:
            with self._lock:
                if len(self._kept) > 5_000:
                    self._kept.clear()
                self._kept[key] = (now + KEEP_SECONDS, value)
        return value


_lookup: Lookup = DatabaseLookup()


@contextmanager
def use(lookup: Lookup) -> Iterator[None]:
    """Answers from `lookup` inside the block."""
    global _lookup
    before, _lookup = _lookup, lookup
    try:
        yield
    finally:
        _lookup = before


def provinces() -> Places:
    return _lookup.provinces()


def wards(province: str) -> Places:
    """The wards of a province code, () when there is no such province."""
    return _lookup.wards(province) if province else ()


def name(code: str) -> str:
    return _lookup.name(code) if code else ""


@receiver([post_save, post_delete], sender=Province, dispatch_uid="places-province")
@receiver([post_save, post_delete], sender=Ward, dispatch_uid="places-ward")
def forget(**kwargs: Any) -> None:
    """What this process has read is out of date; other processes notice in ten minutes."""
    if isinstance(_lookup, DatabaseLookup):
        _lookup.forget()
