"""What views share: the signed-in request, pages of long lists, the way back."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

_Row = TypeVar("_Row")

_LONGEST_CURSOR = 2000


class AuthenticatedRequest(HttpRequest):
    """For the signature of views behind LoginRequiredMiddleware: `user` is never anonymous."""

    user: "_User"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[_Row]):
    """One page; `next_cursor` is None on the last one, `previous_cursor` on the first."""

    rows: list[_Row]
    next_cursor: str | None
    previous_cursor: str | None = None

    @property
    def has_next(self) -> bool:
        return self.next_cursor is not None


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    descending: bool
    nullable: bool

    def ordering(self) -> OrderBy:
        """None is larger than everything, as in PostgreSQL (whose plain indexes then serve)."""
        if not self.nullable:
            return F(self.name).desc() if self.descending else F(self.name).asc()
        if self.descending:
            return F(self.name).desc(nulls_first=True)
        return F(self.name).asc(nulls_last=True)

    def sorting(self, row: Any) -> tuple[bool, Any]:
        value = _value(row, self.name)
        return (True, 0) if value is None else (False, value)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def after(self, value: Any) -> Q | None:
        """Strictly behind `value` in this column's order; None when nothing can be."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.descending else None
        if self.descending:
            return Q(**{f"{self.name}__lt": value})
        larger = Q(**{f"{self.name}__gt": value})
        return larger | Q(**{f"{self.name}__isnull": True}) if self.nullable else larger


def keyset_page(
    qs: QuerySet[Any, _Row],
    *,
    order: tuple[str, ...],
    cursor: str | None,
    size: int,
    more: Sequence[QuerySet[Any, _Row]] = (),
) -> KeysetPage[_Row]:
    """The `size` rows of `qs` behind `cursor` (None: the first), in one query.

    more: querysets like `qs` whose rows are merged with its own, one query each. An OR of
    conditions that lie in different indexes would be sorted as a whole for every page. Their rows
    need "pk"; one that is in two of them is shown once. Not for an order by text, which Python
    sorts otherwise.

    order: field paths, "-" in front for descending, e.g. ("due_at", "pk"); "pk" is added when it
    is missing, so rows with equal values are neither lost nor shown twice. A path over a relation
    needs select_related, and values() rows need every name of `order`. The cursor is signed, not
    encrypted: do not order by personal data. It is good for this model and order only; a forged,
    foreign or outdated one gives the first page.
    """
    columns = _columns(qs.model, order)
    salt = f"portal.keyset:{qs.model._meta.label}:{','.join(order)}"
    if (values := _read_cursor(cursor, salt + _BACK, len(columns))) is not None:
        return _page_before([qs, *more], columns, values, salt, size)
    values = _read_cursor(cursor, salt, len(columns))
    rows, further = _rows_behind([qs, *more], columns, values, size)
    following = _cursor_at(rows[-1], columns, salt) if further else None
    before = _cursor_at(rows[0], columns, salt + _BACK) if values is not None and rows else None
    return KeysetPage(rows, following, before)


_BACK = ":back"


def keyset_neighbours(
    qs: QuerySet[Any, _Row],
    row: _Row,
    *,
    order: tuple[str, ...],
    more: Sequence[QuerySet[Any, _Row]] = (),
) -> tuple[_Row | None, _Row | None]:
    """The rows of `qs` (and of `more`, as above) right before and right behind `row` in this
    order; two queries each."""
    columns = _columns(qs.model, order)
    turned = [replace(column, descending=not column.descending) for column in columns]
    values = [_value(row, column.name) for column in columns]
    before, _ = _rows_behind([qs, *more], turned, values, 1)
    behind, _ = _rows_behind([qs, *more], columns, values, 1)
    return next(iter(before), None), next(iter(behind), None)


def _page_before(
    parts: list[QuerySet[Any, _Row]],
    columns: list[_Column],
    values: list[Any],
    salt: str,
    size: int,
) -> KeysetPage[_Row]:
    """The same walk in the opposite order; what it ends at is what the page begins with."""
    turned = [replace(column, descending=not column.descending) for column in columns]
    rows, more = _rows_behind(parts, turned, values, size)
    rows.reverse()
    if not rows:
        return KeysetPage(rows, None)
    before = _cursor_at(rows[0], columns, salt + _BACK) if more else None
    return KeysetPage(rows, _cursor_at(rows[-1], columns, salt), before)


def _rows_behind(
    parts: list[QuerySet[Any, _Row]],
    columns: list[_Column],
    values: list[Any] | None,
    size: int,
) -> tuple[list[_Row], bool]:
    """Up to `size` rows, and whether there are more."""
    order = [column.ordering() for column in columns]
    found: list[list[_Row]] = []
    for qs in parts:
        cut = qs if values is None else qs.filter(_behind(columns, values))
        found.append(list(cut.order_by(*order)[: size + 1]))
    rows = found[0] if len(found) == 1 else _merged(found, columns)
    return rows[:size], len(rows) > size


def _merged(found: list[list[_Row]], columns: list[_Column]) -> list[_Row]:
    """None is larger than everything, as the database was told."""
    rows = list({_value(row, "pk"): row for part in found for row in part}.values())
    for column in reversed(columns):
        rows.sort(key=column.sorting, reverse=column.descending)
    return rows


def _cursor_at(row: Any, columns: list[_Column], salt: str) -> str:
    return signing.dumps([_packed(_value(row, column.name)) for column in columns], salt=salt)


def _columns(model: type[Model], order: Sequence[str]) -> list[_Column]:
    names = [name.removeprefix("-") for name in order]
    if not {"pk", model._meta.pk.name} & set(names):
        order = (*order, "pk")
    return [
        _Column(name.removeprefix("-"), name.startswith("-"), _nullable(model, name))
        for name in order
    ]


def _nullable(model: type[Model], path: str) -> bool:
    """Whether a field on the path, or an annotation, may be None."""
    options = model._meta
    for part in path.removeprefix("-").split("__"):
        if part == "pk":
            return False
        try:
            step: Any = options.get_field(part)
        except FieldDoesNotExist:
            return True
        if step.null:
            return True
        if step.is_relation:
            options = step.related_model._meta
    return False


def _behind(columns: list[_Column], values: list[Any]) -> Q:
    """(a, b, c) behind (x, y, z): a > x, or a = x and b > y, or a = x and b = y and c > z."""
    found, equal = Q(pk__in=[]), Q()
    for column, value in zip(columns, values, strict=True):
        if (further := column.after(value)) is not None:
            found |= equal & further
        equal &= column.same(value)
    first, value = columns[0], values[0]
    if first.nullable or value is None:
        return found
    # Says nothing new, but an index on the first column can start there.
    return Q(**{f"{first.name}__{'lte' if first.descending else 'gte'}": value}) & found


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for part in path.split("__"):
        row = getattr(row, part)
        if row is None:
            return None
    return row.pk if isinstance(row, Model) else row


# JSON knows none of these; isoformat keeps the microseconds that Django's encoder would cut off.
_PACK: dict[str, tuple[type, Any, Any]] = {
    "t": (dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
    "d": (dt.date, dt.date.isoformat, dt.date.fromisoformat),
    "c": (dt.time, dt.time.isoformat, dt.time.fromisoformat),
    "n": (Decimal, str, Decimal),
    "u": (uuid.UUID, str, uuid.UUID),
}


def _packed(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    for tag, (kind, write, _) in _PACK.items():
        if isinstance(value, kind):
            return [tag, write(value)]
    raise TypeError(f"cannot page by a {type(value).__name__}")


def _unpacked(value: Any) -> Any:
    return _PACK[value[0]][2](value[1]) if isinstance(value, list) else value


def _read_cursor(cursor: str | None, salt: str, width: int) -> list[Any] | None:
    if not cursor or len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        values = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        return None
    return [_unpacked(value) for value in values] if len(values) == width else None


def safe_next(request: HttpRequest, default: str) -> str:
    """Where the form or link wants to go back to, if that is on our own site; else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else default
