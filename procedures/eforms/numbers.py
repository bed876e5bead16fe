"""Numbers, money and days as Vietnamese write them: 1.234.567,5 · 31/12/2026."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from .fields import Leaf, tidy, vi_date
from .limits import day_limit
from .nodes import Node
from .widgets import Control, DateBox

LARGEST = Decimal(10) ** 15
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_ENGLISH = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+")
_PLAIN = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_STORED = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_MONEY_WORDS = re.compile(r"(?:đồng|đ|vnđ|vnd|₫)\.?$", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")


def read_number(typed: str, decimals: int = 0) -> Decimal | None:
    """The number meant by "1.234.567", "1 234 567", "12,5" or "12.5"; None when unclear.

    A dot before exactly three digits groups thousands, as everywhere in Vietnam.
    """
    text = re.sub(r"\s", "", typed)
    if len(text) > 30:
        return None
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if decimals == 0 and _ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", ""))
    return Decimal(text.replace(",", ".")) if _PLAIN.fullmatch(text) else None


def vi_number(value: Decimal, *, group_from: int = 0) -> str:
    """1234567.5 → "1.234.567,5"; without dots below `group_from`."""
    text = f"{value:,f}" if abs(value) >= group_from else f"{value:f}"
    return text.translate(str.maketrans(",.", ".,"))


def stored_number(value: Any) -> Decimal | None:
    """The number of a JSON answer (an int, or a decimal string); None when it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str) and not _STORED.fullmatch(value):
        return None
    number = Decimal(value)
    return number if abs(number) <= LARGEST else None


class NumberLeaf(Leaf):
    unit = ""

    def __init__(self, node: Node) -> None:
        self.decimals = int(node.spec.get("decimals", 0))
        mode = "decimal" if self.decimals else "numeric"
        super().__init__(node, Control({"inputmode": mode}))
        self.unit = node.spec.get("unit", self.unit)

    def clean(self, value: Any) -> int | str | None:
        typed = self.bare(tidy(value or ""))
        if not typed:
            return None
        number = read_number(typed, self.decimals)
        if number is None:
            self.refuse(self.how())
        if abs(number) > LARGEST:
            self.refuse(f"“{self.label}” lớn quá mức có thể ghi. Hãy kiểm tra lại số đã nhập.")
        if number != round(number, self.decimals):
            self.refuse(self.how())
        self.check_range(number)
        if number == number.to_integral_value():
            return int(number)
        return f"{number.normalize():f}"

    def draft_of(self, raw: Any) -> str:
        """A number out of range is kept as a stored number is written: 1.234 typed is 1234."""
        number = read_number(self.bare(tidy(raw)), self.decimals)
        return tidy(raw) if number is None else f"{number:f}"

    def bare(self, typed: str) -> str:
        return typed.removesuffix(self.unit).strip() if self.unit else typed

    def how(self) -> str:
        if self.decimals:
            return (
                f"Hãy nhập “{self.label}” bằng chữ số, nhiều nhất {self.decimals} số sau dấu "
                "phẩy, ví dụ 12,5."
            )
        return f"Hãy nhập “{self.label}” bằng số nguyên, ví dụ 12."

    def check_range(self, number: Decimal) -> None:
        low, high = self.limit("min"), self.limit("max")
        if low is not None and number < low:
            self.refuse(f"Hãy nhập “{self.label}” từ {vi_number(low)}{self.suffix} trở lên.")
        if high is not None and number > high:
            self.refuse(f"Hãy nhập “{self.label}” không quá {vi_number(high)}{self.suffix}.")

    def limit(self, word: str) -> Decimal | None:
        value = self.node.spec.get(word)
        return None if value is None else Decimal(str(value))

    @property
    def suffix(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def raw_of(self, value: Any) -> str:
        number = stored_number(value)
        if number is None:
            return super().raw_of(value)
        return f"{number:f}".replace(".", ",")

    def shown(self, value: Any) -> str:
        number = stored_number(value)
        if number is None:
            return str(value)
        return vi_number(number, group_from=10_000) + self.suffix


class MoneyLeaf(NumberLeaf):
    unit = "đồng"

    def bare(self, typed: str) -> str:
        return _MONEY_WORDS.sub("", typed).strip()

    def how(self) -> str:
        return f"Hãy nhập “{self.label}” bằng số tiền đồng, ví dụ 1.500.000."

    def limit(self, word: str) -> Decimal | None:
        value = super().limit(word)
        return Decimal(0) if value is None and word == "min" else value

    def raw_of(self, value: Any) -> str:
        number = stored_number(value)
        return super().raw_of(value) if number is None else vi_number(number)

    def shown(self, value: Any) -> str:
        number = stored_number(value)
        return str(value) if number is None else vi_number(number) + self.suffix


class DateLeaf(Leaf):
    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.low, self.high = (
            day_limit(node.spec[word]) if word in node.spec else None for word in ("min", "max")
        )
        limits = {"min": self.low, "max": self.high}
        self.widget = DateBox({key: day.isoformat() for key, day in limits.items() if day})

    def clean(self, value: Any) -> str | None:
        typed = tidy(value or "")
        if not typed:
            return None
        day = read_day(typed)
        if day is None:
            self.refuse(
                f"“{self.label}” phải là một ngày có thật. "
                "Hãy nhập theo dạng ngày/tháng/năm, ví dụ 31/12/1990."
            )
        if self.low and day < self.low:
            self.refuse(f"Hãy nhập “{self.label}” từ ngày {self.low:%d/%m/%Y} trở đi.")
        if self.high and day > self.high:
            self.refuse(f"Hãy nhập “{self.label}” không sau ngày {self.high:%d/%m/%Y}.")
        return day.isoformat()

    def shown(self, value: Any) -> str:
        return vi_date(value)

    def ask(self) -> str:
        return f"Hãy nhập “{self.label}” theo dạng ngày/tháng/năm, ví dụ 31/12/1990."


def read_day(typed: str) -> date | None:
    """ "31/12/1990", "31-12-1990" or "1990-12-31"; None when there is no such day."""
    if match := _DAY.fullmatch(typed):
        typed = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}"
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None
