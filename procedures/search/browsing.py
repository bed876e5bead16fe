"""The catalogue's divisions, for pages that list them. One query, the stamp."""

from dataclasses import dataclass

from procedures.search import keeping


@dataclass(frozen=True, slots=True)
class Division:
    """A sector or a life event with published procedures; `count` says how many."""

    slug: str
    name: str
    count: int


def sectors_in_use() -> list[Division]:
    """In the order of the alphabet."""
    return _in_use("sector")


def events_in_use() -> list[Division]:
    """Those of citizens first, then those of businesses."""
    return _in_use("event")


def agency_kinds_in_use() -> list[tuple[str, str, int]]:
    """(kind, name, procedures) of agencies that decide open services, in the order of
    AGENCY_KINDS; other kinds come last, by their key."""
    return [(one.slug, one.name, one.count) for one in _in_use("agency")]


def _in_use(facet: str) -> list[Division]:
    kept = keeping.current()
    used, names = kept.index.masks.get(facet, {}), kept.labels[facet]
    order = [*(value for value in names if value in used), *sorted(set(used) - set(names))]
    return [Division(value, names.get(value, value), used[value].bit_count()) for value in order]
