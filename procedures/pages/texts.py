"""All of a procedure's texts but its papers, folded and cut to what a page may weigh."""

from dataclasses import dataclass

from procedures.models import LegalBasis, ProcedureVersion
from procedures.pages.folding import UNLIMITED, Fold, Share, shares, size_of
from procedures.pages.papers import bytes_of_case
from procedures.pages.ways import Way, bytes_of_ways, ways_of
from procedures.records.building import Parts

# Bytes of the list around one step, law or result.
ITEM_HTML, LAW_HTML = 90, 260
_ABOUT = (
    "conditions executing_text authority coordinating reception_address audience_note"
).split()


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    text: Fold


@dataclass(frozen=True, slots=True)
class Law:
    row: LegalBasis
    name: Fold


@dataclass(frozen=True, slots=True)
class Texts:
    conditions: Fold
    executing: Fold
    authority: Fold
    coordinating: Fold
    reception: Fold
    audience_note: Fold


@dataclass(frozen=True, slots=True)
class Whole:
    """`left_for_papers`: bytes of the page that papers may use; `cut`: something of the rest
    stands at the address of the whole only, the counts say how many rows."""

    ways: list[Way]
    steps: list[Item]
    steps_more: int
    laws: list[Law]
    laws_more: int
    results: list[Item]
    results_more: int
    texts: Texts
    left_for_papers: int
    cut: bool


def whole_of(version: ProcedureVersion, parts: Parts, total: int, *, url: str) -> Whole:
    needs = {
        "ways": bytes_of_ways(parts.channels),
        "papers": sum(map(bytes_of_case, parts.cases)),
        "steps": sum(ITEM_HTML + size_of(step.text) for step in parts.steps),
        "laws": sum(LAW_HTML + size_of(law.name) for law in parts.legal_bases),
        "results": sum(ITEM_HTML + size_of(result.name) for result in parts.result_types),
        "about": sum(size_of(getattr(version, name)) for name in _ABOUT),
    }
    fits = sum(needs.values()) <= total
    granted = dict.fromkeys(needs, UNLIMITED) if fits else shares(needs, total)
    share = {name: Share(granted[name], url) for name in needs}
    ways = ways_of(parts.channels, share["ways"])
    steps = _items([(step.title, step.text) for step in parts.steps], share["steps"])
    laws = _laws(parts.legal_bases, share["laws"])
    results = _items([(row.code, row.name) for row in parts.result_types], share["results"])
    return Whole(
        ways=ways,
        steps=steps,
        steps_more=len(parts.steps) - len(steps),
        laws=laws,
        laws_more=len(parts.legal_bases) - len(laws),
        results=results,
        results_more=len(parts.result_types) - len(results),
        texts=_texts(version, share["about"]),
        left_for_papers=granted["papers"],
        cut=any(one.cut for name, one in share.items() if name != "papers"),
    )


def _items(rows: list[tuple[str, str]], share: Share) -> list[Item]:
    found: list[Item] = []
    for title, text in rows:
        if not share.take(ITEM_HTML):
            break
        found.append(Item(title, share.fold(text)))
    return found


def _laws(rows: list[LegalBasis], share: Share) -> list[Law]:
    found: list[Law] = []
    for row in rows:
        if not share.take(LAW_HTML):
            break
        found.append(Law(row, share.fold(row.name)))
    return found


def _texts(version: ProcedureVersion, share: Share) -> Texts:
    return Texts(*(share.fold(getattr(version, name)) for name in _ABOUT))
