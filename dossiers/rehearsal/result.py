"""What a rehearsal found. Nothing of it says whose dossier it was: a reason names questions
and papers, never what somebody answered."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dossiers.rehearsal.days import days_words

EXAMPLES = 5
FEE_WORDS = {
    "up": "tăng",
    "new": "trước không mất phí, nay có",
    "down": "giảm",
    "gone": "nay không mất phí",
    "unclear": "cán bộ phải xác định khoản nào áp dụng, không so được",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why filing would be refused, without a word of what was answered."""

    kind: str  # level | case | eform | paper | return
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier. `code` only where the viewer may open the dossier; `number` counts from
    the newest. Fees in đồng, None when only an officer can say; days by the calendar."""

    number: int
    code: str
    public_id: Any
    reasons: list[Reason]
    fee_before: int | None
    fee_after: int | None
    has_due: bool
    days: int | None
    due_note: str = ""

    @property
    def name(self) -> str:
        return self.code or f"hồ sơ số {self.number}"

    @property
    def fee_change(self) -> int | None:
        if self.fee_before is None or self.fee_after is None:
            return None
        return self.fee_after - self.fee_before

    @property
    def due_words(self) -> str:
        return days_words(self.days) if self.days else self.due_note

    @property
    def moves(self) -> bool:
        return bool(self.reasons or self.fee_change or self.days or self.due_note)


@dataclass(frozen=True, slots=True)
class Failure:
    reason: Reason
    count: int
    examples: list[Row]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`asked_for`: how many dossiers were looked for; `rows`, newest first, may be fewer."""

    asked_for: int
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def failing(self) -> int:
        return sum(bool(row.reasons) for row in self.rows)

    @property
    def failures(self) -> list[Failure]:
        """The most frequent reason first."""
        found: dict[Reason, list[Row]] = {}
        for row in self.rows:
            for reason in dict.fromkeys(row.reasons):
                found.setdefault(reason, []).append(row)
        by_count = sorted(found.items(), key=lambda item: -len(item[1]))
        return [Failure(reason, len(rows), rows[:EXAMPLES]) for reason, rows in by_count]

    @property
    def fees(self) -> dict[str, int]:
        """How many dossiers, by the keys of FEE_WORDS, and `same`."""
        return dict(Counter(_fee_move(row) for row in self.rows))

    @property
    def fee_lines(self) -> list[tuple[str, int]]:
        found = self.fees
        return [(words, found[key]) for key, words in FEE_WORDS.items() if key in found]

    @property
    def fee_sums(self) -> tuple[int, int]:
        """Đồng before and after, over the dossiers where both are certain."""
        sure = [row for row in self.rows if row.fee_change is not None]
        return sum(row.fee_before or 0 for row in sure), sum(row.fee_after or 0 for row in sure)

    @property
    def due_lines(self) -> list[tuple[str, int]]:
        """(how far a due date moves, dossiers), the earliest first; what is no number last."""
        moved = sorted(Counter(row.days for row in self.rows if row.days).items())
        noted = Counter(row.due_note for row in self.rows if row.due_note).most_common()
        return [(days_words(days), count) for days, count in moved] + noted

    @property
    def due_moved(self) -> int:
        return sum(bool(row.days or row.due_note) for row in self.rows)

    @property
    def timed(self) -> int:
        """Dossiers whose clock ever ran."""
        return sum(row.has_due for row in self.rows)

    @property
    def moving(self) -> list[Row]:
        return [row for row in self.rows if row.moves]


def _fee_move(row: Row) -> str:
    change = row.fee_change
    if change is None:
        return "unclear"
    if not change:
        return "same"
    if change > 0:
        return "up" if row.fee_before else "new"
    return "down" if row.fee_after else "gone"
