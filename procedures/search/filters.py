"""What somebody looks for, and how the catalogue divides along it."""

from dataclasses import dataclass, fields, replace

from procedures.search.index import Index
from procedures.search.keeping import Kept

# Facet → its heading; the order on the page.
FACETS: dict[str, str] = {
    "sector": "Lĩnh vực",
    "agency": "Cơ quan giải quyết",
    "level": "Mức độ trực tuyến",
    "audience": "Đối tượng thực hiện",
    "online": "Cách nộp",
    "fee": "Phí, lệ phí",
    "event": "Việc trong đời sống",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """ "" means anything. `sector` and `event` are slugs, `level` a digit, `agency` a kind of
    deciding agency, `audience` a key of reference.AUDIENCES, `online` "co" or "khong", `fee`
    "khong" (costs nothing) or "co"."""

    q: str = ""
    sector: str = ""
    level: str = ""
    agency: str = ""
    audience: str = ""
    event: str = ""
    online: str = ""
    fee: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def on(self) -> dict[str, str]:
        """The facets that are narrowed, and to what."""
        return {name: value for name in FACETS if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet; `count` is what choosing it would give with all else as it is."""

    value: str
    label: str
    count: int
    on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


def known(kept: Kept, filters: Filters) -> Filters:
    """Without values that no procedure could have: such an address was edited by hand."""
    odd = {name: "" for name, value in filters.on().items() if value not in kept.labels[name]}
    return replace(filters, **odd)


def narrowed(index: Index, found: int, filters: Filters, *, but: str = "") -> int:
    """Of the entries in the mask `found` those that the filters let through, one left out."""
    for name, value in filters.on().items():
        if name != but:
            found &= index.masks.get(name, {}).get(value, 0)
    return found


def facets(kept: Kept, found: int, filters: Filters) -> list[Facet]:
    """Every facet over the entries in `found`, counted without its own filter: one sees what
    the other values would give."""
    listed = []
    for name, label in FACETS.items():
        within = narrowed(kept.index, found, filters, but=name)
        values = kept.index.masks.get(name, {})
        names = kept.labels[name]
        chosen = getattr(filters, name)
        # In the order of the labels; kinds nobody named come last, by their key.
        order = [*(value for value in names if value in values), *sorted(set(values) - set(names))]
        choices = [
            Choice(
                value,
                names.get(value, value),
                (within & values[value]).bit_count(),
                value == chosen,
            )
            for value in order
        ]
        listed.append(Facet(name, label, [one for one in choices if one.count or one.on]))
    return listed
