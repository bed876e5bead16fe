"""What the catalogue says a dossier costs, from the fee lines of its way of filing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.models import Channel, Collected

Line = Mapping[str, Any]
_KEPT = ("name", "kind", "amount", "unit", "collected", "note", "exemption")


@dataclass(frozen=True, slots=True)
class Quote:
    """In đồng. `assessed` is False when only the officer knows what applies; then both are 0."""

    lines: list[dict[str, Any]]
    assessed: bool
    at_reception: int = 0
    at_return: int = 0

    @property
    def total(self) -> int | None:
        """None when the catalogue alone does not say."""
        return self.at_reception + self.at_return if self.assessed else None


def lines_of(channel: Channel | None) -> list[dict[str, Any]]:
    """As a dossier keeps them."""
    fees = channel.fees.all() if channel else ()
    return [{name: getattr(fee, name) for name in _KEPT} for fee in fees]


def quote(lines: Iterable[Line]) -> Quote:
    """Several lines are kinds of which one applies (number plates, X-ray machines): only the
    officer knows which. Adding them up would ask for millions nobody owes. A line without an
    amount says in words what is due: that too is for the officer."""
    kept = [dict(line) for line in lines]
    if kept and (len(kept) > 1 or kept[0]["amount"] is None):
        return Quote(kept, assessed=False)
    return Quote(
        kept,
        assessed=True,
        at_reception=_sum(kept, Collected.RECEPTION),
        at_return=_sum(kept, Collected.RETURN),
    )


def _sum(lines: Iterable[Line], when: Collected) -> int:
    return sum(line["amount"] for line in lines if line["collected"] == when)
