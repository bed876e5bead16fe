"""Lines of the report: what was measured against which limit, with the goal it has to meet."""

import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio with its goal. `ours` and `limit` are medians in `unit`; `ratios` one per
    pair of runs; `goal` is a least (`at_least`) or most value; None: for information."""

    case: str
    ours: float
    limit: float
    unit: str
    ratios: list[float]
    goal: float | None = None
    at_least: bool = True
    foreign: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def compare(
    case: str, ours: Sequence[float], limit: Sequence[float], unit: str, **more: Any
) -> Line:
    """A line from paired runs: ours[i] and limit[i] were measured one after the other."""
    ratios = [mine / theirs for mine, theirs in zip(ours, limit, strict=True)]
    return Line(case, statistics.median(ours), statistics.median(limit), unit, ratios, **more)


def table(lines: Sequence[Line]) -> str:
    rows = [("case", "ours", "limit", "unit", "ratio [min–max]", "goal", "met", "foreign", "")]
    rows += [(*_cells(line),) for line in lines]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write(machine: dict[str, Any], lines: Sequence[Line], failed: dict[str, str]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now().astimezone()
    path = RESULTS / f"{now:%Y%m%d-%H%M%S}.json"
    found = {
        "at": now.isoformat(timespec="seconds"),
        "machine": machine,
        "lines": [asdict(line) | {"ratio": line.ratio, "met": line.met} for line in lines],
        "failed": failed,
    }
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def publish(machine: dict[str, Any], name: str, lines: Sequence[Line], page: Path = PAGE) -> None:
    """One case's table in RESULTS.md, in place of the one before; the others stay as they are."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    whole = f"{begin}\n{_section(machine, name, lines)}\n{end}"
    text = page.read_text(encoding="utf-8")
    old = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    found = old.sub(lambda _: whole, text) if old.search(text) else f"{text.rstrip()}\n\n{whole}\n"
    page.write_text(found, encoding="utf-8")


def _section(machine: dict[str, Any], name: str, lines: Sequence[Line]) -> str:
    now = datetime.now().astimezone()
    versions = ", ".join(f"{library} {one}" for library, one in machine["libraries"].items())
    rows = [
        f"## {name}: {now:%d/%m/%Y}, commit {machine['commit']}",
        "",
        f"{machine['cpu']}, {machine['cores']} cores; Python {machine['python']}, "
        f"PostgreSQL {machine['postgresql']}, {versions}; a loop of 20 million additions takes "
        f"{machine['loop_seconds']} s.",
        "",
        "| line | ours | limit | unit | ratio | goal | met | foreign | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*rows, *(f"| {' | '.join(_cells(line))} |" for line in lines)])


def _cells(line: Line) -> list[str]:
    spread = f"{line.ratio:.2f} [{min(line.ratios):.2f}–{max(line.ratios):.2f}]"
    sign = "≥" if line.at_least else "≤"
    return [
        line.case,
        _short(line.ours),
        _short(line.limit),
        line.unit,
        spread,
        "" if line.goal is None else f"{sign} {line.goal:g}",
        {True: "yes", False: "NO", None: ""}[line.met],
        "" if line.foreign is None else f"{line.foreign:.2f}",
        line.note,
    ]
