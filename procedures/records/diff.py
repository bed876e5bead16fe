"""What changed from one record to the next, field by field, in an editor's words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from procedures.eforms.wording import spec_words
from procedures.records.kinds import Block, Kind, Rows
from procedures.records.shape import RECORD


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are what a reader sees there; one of them is "" for additions and
    removals of whole rows."""

    path: str
    place: str
    what: Literal["added", "removed", "changed", "moved"]
    before: str = ""
    after: str = ""


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    eform_before: Mapping[str, Any] | None = None,
    eform_after: Mapping[str, Any] | None = None,
) -> list[Change]:
    """Both records in normal form; their e-forms are compared question by question."""
    return [
        *_block(RECORD, before, after, "", ""),
        *_eform(eform_before or {}, eform_after or {}),
    ]


def _block(
    block: Block, one: Mapping[str, Any], two: Mapping[str, Any], path: str, place: str
) -> Iterator[Change]:
    for name, kind in block.fields.items():
        # A draft begun before a field was added lacks it.
        before, after = one.get(name, kind.empty()), two.get(name, kind.empty())
        if before == after:
            continue
        where = f"{path}.{name}" if path else name
        label = f"{place} › {kind.label}" if place else kind.label
        if isinstance(kind, Rows):
            yield from rows_changed(kind, before, after, where, label)
        else:
            yield _changed(kind, before, after, where, label)


def _changed(kind: Kind, one: Any, two: Any, path: str, place: str) -> Change:
    return Change(path, place, "changed", kind.shown(one), kind.shown(two))


def rows_changed(
    kind: Rows, one: list[dict[str, Any]], two: list[dict[str, Any]], path: str, place: str
) -> Iterator[Change]:
    """Rows are paired by what identifies them, then by what is equal in their order."""
    names_one, names_two = names_of(kind, one), names_of(kind, two)
    old = dict(zip(names_one, one, strict=True))
    for i, (name, row) in enumerate(zip(names_two, two, strict=True)):
        where, label = f"{path}.{i}", f"{place} › {_title(kind, row, i)}"
        if name not in old:
            yield Change(where, label, "added", after=kind.block.shown(row))
        elif old[name] != row:
            yield from _block(kind.block, old[name], row, where, label)
    for i, name in enumerate(names_one):
        if name not in names_two:
            label = f"{place} › {_title(kind, one[i], i)}"
            yield Change(f"{path}.{i}", label, "removed", before=kind.block.shown(one[i]))
    kept_one = [name for name in names_one if name in names_two]
    kept_two = [name for name in names_two if name in names_one]
    if kept_one != kept_two:
        yield Change(
            path, place, "moved", _order(kind, one, kept_one, names_one),
            _order(kind, two, kept_two, names_two),
        )  # fmt: skip


def names_of(kind: Rows, rows: list[dict[str, Any]]) -> list[tuple[Any, int]]:
    """(identity, how many before it have the same): repeated channels stay apart."""
    seen: dict[Any, int] = {}
    found = []
    for i, row in enumerate(rows):
        key = row[kind.identity] if kind.identity else i
        found.append((key, seen.get(key, 0)))
        seen[key] = seen.get(key, 0) + 1
    return found


def _title(kind: Rows, row: Mapping[str, Any], index: int) -> str:
    for name in ("name", "title", "number", "kind"):
        if row.get(name):
            words = kind.block.fields[name].shown(row[name])
            return f"{kind.one} “{words[:80]}”"
    return f"{kind.one} {index + 1}"


def _order(kind: Rows, rows: list[dict[str, Any]], kept: list[Any], names: list[Any]) -> str:
    place = {name: i for i, name in enumerate(names)}
    titles = (_title(kind, rows[place[name]], place[name]) for name in kept)
    return "\n".join(titles)


def _eform(one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[Change]:
    place = "Biểu mẫu điện tử"
    for name, label in (("title", "Tên"), ("form_no", "Mẫu số"), ("source", "Văn bản")):
        if one.get(name, "") != two.get(name, ""):
            yield Change(
                f"eform.{name}", f"{place} › {label}", "changed",
                str(one.get(name, "")), str(two.get(name, "")),
            )  # fmt: skip
    old, new = _questions(one), _questions(two)
    specs_old, specs_new = _specs(old), _specs(new)
    for key, (section, spec) in new.items():
        where, label = f"eform.{key}", f"{place} › “{spec.get('label', key)}”"
        after = spec_words(section, spec, specs_new)
        if key not in old:
            yield Change(where, label, "added", after=after)
        elif old[key] != (section, spec):
            before = spec_words(*old[key], specs_old)
            if (asked := old[key][1].get("label")) != spec.get("label"):
                before, after = f"Câu hỏi: {asked}\n{before}", f"Câu hỏi: {spec['label']}\n{after}"
            yield Change(where, label, "changed", before, after)
    for key, (section, spec) in old.items():
        if key not in new:
            label = f"{place} › “{spec.get('label', key)}”"
            before = spec_words(section, spec, specs_old)
            yield Change(f"eform.{key}", label, "removed", before=before)
    if (kept := [key for key in old if key in new]) != [key for key in new if key in old]:
        titles = {key: str(spec.get("label", key)) for key, (_, spec) in new.items()}
        after = "\n".join(titles[key] for key in new if key in old)
        yield Change("eform", place, "moved", "\n".join(titles[k] for k in kept), after)


def _questions(form: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        spec["key"]: (section["title"], dict(spec))
        for section in form.get("sections", ())
        for spec in ({**section, "fields": None, "label": section["title"]}, *section["fields"])
    }


def _specs(questions: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {key: spec for key, (_, spec) in questions.items()}
