"""Two people's words about one record: what only one of them changed is taken, what both did
is asked, field by field."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.records.diff import Change, names_of, rows_changed
from procedures.records.kinds import Block, Kind, Rows
from procedures.records.shape import RECORD

MINE, THEIRS = "toi", "kia"


@dataclass(frozen=True, slots=True)
class Question:
    """A place both changed. `changes` is what differs between theirs (before) and mine."""

    path: str
    place: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Merged:
    """`record` with every question answered by `choices` (mine unless told otherwise);
    `mine` counts what was taken over without asking."""

    record: dict[str, Any]
    questions: list[Question]
    mine: list[str]
    theirs: list[str]


def merge(
    base: Mapping[str, Any] | None,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    choices: Mapping[str, str],
) -> Merged:
    """All in normal form. `base` is what both started from; without it every difference is a
    question. `choices` are by Question.path."""
    merged = Merged(copy.deepcopy(dict(theirs)), [], [], [])
    _block(RECORD, base, mine, merged.record, "", "", merged, choices)
    return merged


def _block(
    block: Block,
    base: Mapping[str, Any] | None,
    mine: Mapping[str, Any],
    into: dict[str, Any],
    path: str,
    place: str,
    merged: Merged,
    choices: Mapping[str, str],
) -> None:
    """`into` holds theirs and becomes the result."""
    for name, kind in block.fields.items():
        if mine[name] == into[name]:
            continue
        where = f"{path}.{name}" if path else name
        label = f"{place} › {kind.label}" if place else kind.label
        before = base[name] if base is not None else None
        if base is not None and mine[name] == before:
            merged.theirs.append(label)
        elif base is not None and into[name] == before:
            merged.mine.append(label)
            into[name] = copy.deepcopy(mine[name])
        elif isinstance(kind, Rows) and _same_rows(kind, before, mine[name], into[name]):
            _rows(kind, before or [], mine[name], into[name], where, label, merged, choices)
        else:
            _ask(kind, mine[name], into, name, where, label, merged, choices)


def _same_rows(kind: Rows, *lists: list[dict[str, Any]] | None) -> bool:
    """Whether the same rows stand in the same order, so that each can be looked at by itself."""
    if not kind.identity or any(rows is None for rows in lists):
        return False
    names = [names_of(kind, rows) for rows in lists if rows is not None]
    return all(one == names[0] for one in names)


def _rows(
    kind: Rows,
    base: list[dict[str, Any]],
    mine: list[dict[str, Any]],
    into: list[dict[str, Any]],
    path: str,
    place: str,
    merged: Merged,
    choices: Mapping[str, str],
) -> None:
    for i, row in enumerate(into):
        label = f"{place} › {kind.one} {i + 1}"
        _block(kind.block, base[i], mine[i], row, f"{path}.{i}", label, merged, choices)


def _ask(
    kind: Kind,
    mine: Any,
    into: dict[str, Any],
    name: str,
    path: str,
    place: str,
    merged: Merged,
    choices: Mapping[str, str],
) -> None:
    changes = list(_changes(kind, into[name], mine, path, place))
    merged.questions.append(Question(path, place, changes))
    if choices.get(path, MINE) == MINE:
        into[name] = copy.deepcopy(mine)


def _changes(kind: Kind, theirs: Any, mine: Any, path: str, place: str) -> Iterator[Change]:
    if isinstance(kind, Rows):
        yield from rows_changed(kind, theirs, mine, path, place)
    else:
        yield Change(path, place, "changed", kind.shown(theirs), kind.shown(mine))
