"""What a record says of the rest of the catalogue: codes of other procedures, its sector."""

from collections.abc import Iterator, Mapping
from typing import Any

from procedures.models import Procedure, Sector
from procedures.records import RECORD, Problem

LINKS = ("related", "chained")


def advice_on_neighbours(record: Mapping[str, Any]) -> list[Problem]:
    """What is misspelt or out of force, for a record in normal form; two queries at most.
    Advice only: what is named may still be published later."""
    return [*_links(record), *_sector(record["sector"])]


def sector_names() -> list[str]:
    return list(Sector.objects.values_list("name", flat=True))


def _links(record: Mapping[str, Any]) -> Iterator[Problem]:
    codes = {code for name in LINKS for code in record[name]}
    if not codes:
        return
    rows = Procedure.objects.filter(code__in=codes)
    known = {
        code: (current, instead)
        for code, current, instead in rows.values_list("code", "current", "replaced_by__code")
    }
    for name in LINKS:
        for code in record[name]:
            if why := _why_not(*known[code]) if code in known else "không có trong danh mục.":
                yield Problem(name, RECORD.fields[name].label, f"{code} {why}")


def _why_not(current: int | None, instead: str | None) -> str:
    if current is not None:
        return ""
    return f"đã bãi bỏ, được thay bằng {instead}." if instead else "không còn áp dụng."


def _sector(name: str) -> Iterator[Problem]:
    if name and not Sector.objects.filter(name=name).exists():
        label = RECORD.fields["sector"].label
        yield Problem("sector", label, f"“{name}” chưa có trong danh mục; hãy xem lại chính tả.")
