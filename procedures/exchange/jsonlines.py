"""Lines of JSON, or one JSON document, from a stranger: each value by itself, or what is wrong
with it. Memory holds one line (a whole document only up to DOCUMENT)."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from procedures.exchange.rows import FileRefused

LINE = 8 * 1024 * 1024
DOCUMENT = 32 * 1024 * 1024
MOST_NAMES = 5_000  # of one object
_WRAPPERS = ("result", "results", "data", "items", "procedures")


@dataclass(frozen=True, slots=True)
class Broken:
    reason: str


def values(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    """(line, value or Broken); in a document the line is the place in its list."""
    first = _first_line(file)
    value = _parse(first)
    if not _is_line(value) and (whole := _document(file)) is not None:
        yield from enumerate(whole, 1)
        return
    file.seek(0)
    yield from _lines(file)


def _is_line(value: Any) -> bool:
    """An object that is a procedure, not one that wraps a list of them."""
    if not isinstance(value, dict) or "code" in value:
        return isinstance(value, dict)
    return not any(isinstance(value.get(name), list) for name in _WRAPPERS)


def count(file: BinaryIO) -> int:
    """About how many: lines, before anything is read."""
    file.seek(0)
    lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    file.seek(0)
    return lines + 1


def _first_line(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(4)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise FileRefused("Tệp phải là văn bản UTF-8 (tệp này là UTF-16 hoặc tệp nhị phân).")
    file.seek(0)
    while line := file.readline(LINE + 1):
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            return line
    raise FileRefused("Tệp trống.")


def _document(file: BinaryIO) -> list[Any] | None:
    """The values of a file that is one JSON text; None: it is not, or too large to be read so."""
    if file.seek(0, os.SEEK_END) > DOCUMENT:
        return None
    file.seek(0)
    whole = _parse(file.read())
    if isinstance(whole, dict):
        lists = [whole[name] for name in _WRAPPERS if isinstance(whole.get(name), list)]
        return lists[0] if lists and not _is_line(whole) else [whole]
    return whole if isinstance(whole, list) else None


def _lines(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    number = 0
    while line := file.readline(LINE + 1):
        number += 1
        if len(line) > LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, Broken(f"dòng dài quá {LINE // 1024 // 1024} MB.")
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield number, _parse(line)


def _parse(text: bytes) -> Any:
    try:
        return json.loads(
            text.decode("utf-8-sig").rstrip(), object_pairs_hook=_object, parse_constant=_refuse
        )
    except UnicodeDecodeError as error:
        return Broken(f"không phải UTF-8 (byte thứ {error.start + 1}).")
    except json.JSONDecodeError as error:
        place = f"dòng {error.lineno}, " if error.lineno > 1 else ""
        return Broken(f"không phải JSON ({place}cột {error.colno}).")
    except RecursionError:
        return Broken("JSON lồng nhau quá sâu.")
    except ValueError as error:
        return Broken(f"{error}." if str(error).startswith(("ô ", "có ")) else "số không hợp lệ.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"ô “{twice[:60]}” ghi hai lần trong một mục")
    if len(made) > MOST_NAMES:
        raise ValueError(f"có {len(made)} ô trong một mục, nhiều nhất {MOST_NAMES}")
    return made


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
