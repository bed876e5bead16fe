"""What a reader hands on: one procedure of a file, and what is wrong with the file itself."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

SAME: Literal["same"] = "same"  # the file says nothing about the e-form
# Grows when a converter reads the same line differently: remembered lines are read again then.
READER = 1
MOST_ROWS = 20_000  # three times the national catalogue


class FileRefused(Exception):
    """The file as a whole cannot be read; the text is a sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Content:
    """`data` holds the fields that the file has (procedures.exchange.merging), `notes` what was
    read with a grain of salt, `problems` what keeps it from being taken."""

    data: dict[str, Any]
    eform: Any = SAME
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class SourceRow:
    """`number` is the line (or the row of the sheet), `raw` what stood there, if readable."""

    number: int
    raw: Any
    convert: Callable[[Any], Content]
    code: str = ""
    name: str = ""
    problem: str = ""

    @cached_property
    def digest(self) -> str:
        """Equal for lines that say the same, whatever the order of their keys."""
        text = json.dumps([READER, self.raw], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def content(self) -> Content:
        """The line in our own fields. Whatever it is, this does not raise."""
        if self.problem:
            return Content({}, problems=[self.problem])
        try:
            return self.convert(self.raw)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            return Content({}, problems=[f"nội dung không đúng dạng ({type(error).__name__})."])


@dataclass(frozen=True, slots=True)
class Fallback:
    """Values for want of anything better: for rows that are new here, or whose earlier values
    no longer answer to what the file says (`keeps` is False)."""

    values: Mapping[str, Any]
    keeps: Callable[[Mapping[str, Any]], bool] = lambda earlier: True
