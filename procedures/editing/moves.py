"""Rows added, doubled, moved and taken away: what the buttons of a page ask for."""

import copy
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from procedures.editing.reading import free_key, key_of
from procedures.editing.sections import kind_at
from procedures.records.kinds import Key, Rows


class MoveRefused(Exception):
    """A sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Done:
    """`words` say what was done, `path` is where to go on."""

    words: str
    path: str


def move(record: dict[str, Any], order: str, data: QueryDict) -> Done:
    """Do what a button's value says ("xoa:steps.2") to the record. Raises MoveRefused."""
    verb, _, path = order.partition(":")
    try:
        return _add(record, path) if verb == "them" else _to_row(record, verb, path, data)
    except (KeyError, IndexError, ValueError, TypeError):
        raise MoveRefused("Không tìm thấy mục này; hãy tải lại trang.") from None


def _to_row(record: dict[str, Any], verb: str, path: str, data: QueryDict) -> Done:
    list_path, _, place = path.rpartition(".")
    kind, rows = _rows_at(record, list_path)
    if not place.isdecimal():
        raise KeyError(path)
    index = int(place)
    title = row_title(kind, rows[index], index)
    match verb:
        case "chep":
            _refuse_full(kind, rows)
            rows.insert(index + 1, _twin(kind, rows, rows[index]))
            return Done(f"Đã nhân đôi {title}.", f"{list_path}.{index + 1}")
        case "xoa":
            del rows[index]
            left = min(index, len(rows) - 1)
            return Done(f"Đã xóa {title}.", f"{list_path}.{left}" if rows else list_path)
        case "len" | "xuong" | "den":
            to = _target(verb, index, len(rows), data.get(f"{path}.den", ""))
            rows.insert(to, rows.pop(index))
            return Done(f"Đã chuyển {title} đến vị trí {to + 1}.", f"{list_path}.{to}")
    raise MoveRefused("Không rõ cần làm gì.")


def _target(verb: str, index: int, count: int, typed: str) -> int:
    if verb == "den":
        if not (typed.isdecimal() and len(typed) < 7 and 1 <= int(typed) <= count):
            raise MoveRefused(f"Vị trí phải là số từ 1 đến {count}.")
        return int(typed) - 1
    return max(0, min(count - 1, index + (-1 if verb == "len" else 1)))


def _add(record: dict[str, Any], path: str) -> Done:
    kind, rows = _rows_at(record, path)
    _refuse_full(kind, rows)
    row = kind.block.empty()
    if isinstance(kind.block.fields.get("key"), Key):
        row["key"] = free_key(f"{key_of(kind.one)}-{len(rows) + 1}", rows)
    rows.append(row)
    return Done(f"Đã thêm {kind.one.lower()} {len(rows)}.", f"{path}.{len(rows) - 1}")


def _twin(kind: Rows, rows: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(row)
    if isinstance(kind.block.fields.get("key"), Key):
        made["key"] = free_key(f"{row['key'][:50]}-ban-sao", rows)
    return made


def _refuse_full(kind: Rows, rows: list[Any]) -> None:
    if len(rows) >= kind.most:
        raise MoveRefused(f"{kind.label}: đã có {len(rows)} mục, nhiều nhất {kind.most}.")


def _rows_at(record: dict[str, Any], path: str) -> tuple[Rows, list[dict[str, Any]]]:
    kind = kind_at(path)
    if not isinstance(kind, Rows):
        raise KeyError(path)
    found: Any = record
    for part in path.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return kind, found


def row_title(kind: Rows, row: dict[str, Any], index: int) -> str:
    """ "giấy tờ 3 “Tờ khai…”" in the middle of a sentence."""
    words = next((str(row[n]) for n in ("name", "title", "number", "text") if row.get(n)), "")
    if not words and "kind" in row:
        words = kind.block.fields["kind"].shown(row["kind"])
    short = " ".join(words[:200].split())
    short = f"{short[:57]}…" if len(short) > 60 else short
    return f"{kind.one.lower()} {index + 1}" + (f" “{short}”" if short else "")
