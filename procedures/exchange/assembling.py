"""Rows of the workbook's sheets put together into one procedure."""

from collections.abc import Mapping
from typing import Any

from procedures.exchange import table
from procedures.exchange.rows import Content

_MOST_PROBLEMS = 50


def assembled(raw: Mapping[str, Any]) -> Content:
    """`raw`: `main` cells, and for each filled sheet its (row, cells)."""
    reader = _Reader()
    data = reader.block(table.MAIN, raw["number"], raw["main"], "")
    for sheet in table.SHEETS:
        rows = raw.get(sheet.field) if sheet.field else None
        if rows is None or sheet.field == "fees":
            continue
        if sheet.field == "cases":
            data["cases"] = reader.cases(sheet, rows)
        elif sheet.field == "channels":
            data["channels"] = reader.channels(sheet, rows, raw.get("fees"))
        else:
            data[sheet.field] = [reader.block(sheet, number, cells, "") for number, cells in rows]
    if "fees" in raw and "channels" not in raw:
        reader.problems.append("trang “Phí” cần có trang “Cách thức” đi cùng.")
    return Content(data, problems=reader.problems)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[str] = []

    def block(
        self, sheet: table.Sheet, number: int, cells: Mapping[str, Any], part: str
    ) -> dict[str, Any]:
        """The row's fields of one part; columns the sheet lacks are not said."""
        found: dict[str, Any] = {}
        for column in sheet.columns:
            place = f"{column.part}|{column.name}"
            if column.part != part or place not in cells or column.label.endswith(table.MORE):
                continue
            try:
                found[column.name] = self._value(column, cells[place])
            except table.BadCell as error:
                self.complain(sheet, number, column.label, str(error))
        if not found.get("key", True):
            del found["key"]
        if "forms" in found:
            found["forms"] = [{"name": name} for name in found["forms"]]
        return found

    def _value(self, column: table.Column, value: Any) -> Any:
        if isinstance(value, dict):
            raise table.BadCell(value[""])
        return table.from_cell(column.kind, value)

    def complain(self, sheet: table.Sheet, number: int, label: str, sentence: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f"Trang “{sheet.title}”, dòng {number}, cột “{label}”: {sentence}")

    def cases(self, sheet: table.Sheet, rows: list[Any]) -> list[dict[str, Any]]:
        """Rows with the same key, or else the same name, are one case."""
        made: dict[str, dict[str, Any]] = {}
        last = ""
        for number, cells in rows:
            case = self.block(sheet, number, cells, "case")
            mark = str(case.get("key") or case.get("name") or last)
            kept = made.setdefault(mark, {**case, "requirements": []})
            last = mark
            need = self.block(sheet, number, cells, "")
            if need.get("name") or need.get("key"):
                kept["requirements"].append(need)
        return list(made.values())

    def channels(
        self, sheet: table.Sheet, rows: list[Any], fees: list[Any] | None
    ) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        by_way: dict[int, dict[str, Any]] = {}
        for i, (number, cells) in enumerate(rows, 1):
            channel = self.block(sheet, number, cells, "")
            way = channel.pop("way", None) or i
            if fees is not None:
                channel["fees"] = []
            if way in by_way:
                self.complain(sheet, number, table.WAY, f"số {way} lặp lại.")
            by_way[way] = channel
            made.append(channel)
        fee_sheet = table.BY_TITLE["Phí"]
        for number, cells in fees or []:
            fee = self.block(fee_sheet, number, cells, "")
            way = fee.pop("way", None)
            if way not in by_way:
                self.complain(fee_sheet, number, table.WAY, "không có cách nộp mang số này.")
            else:
                by_way[way]["fees"].append(fee)
        return made
