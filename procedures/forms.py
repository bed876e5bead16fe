"""What stands in the address of the catalogue, read and written."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from procedures import search

# Facet of the search → its parameter in the address.
PARAMETERS: dict[str, str] = {
    "q": "q",
    "sector": "linh-vuc",
    "agency": "co-quan",
    "level": "muc-do",
    "audience": "doi-tuong",
    "online": "truc-tuyen",
    "fee": "phi",
    "event": "su-kien",
}
LITERALLY = "nguyen-van"


def filters_of(given: Mapping[str, str]) -> search.Filters:
    """Values nobody knows count as not given: search.find leaves them out and says so."""
    values = {name: given.get(parameter, "") for name, parameter in PARAMETERS.items()}
    return search.Filters(**values | {"q": one_line(values["q"])})


def one_line(text: str) -> str:
    """At most search.LONGEST characters, without what no keyboard types."""
    typed = "".join(c if c.isprintable() else " " for c in text[: 4 * search.LONGEST])
    return " ".join(typed.split())[: search.LONGEST]


def address(filters: search.Filters, *, literally: bool = False, **changes: str) -> str:
    """The list with these filters on, some of them changed."""
    wanted = replace(filters, **changes)
    pairs = [(p, getattr(wanted, name)) for name, p in PARAMETERS.items() if getattr(wanted, name)]
    if literally:
        pairs.append((LITERALLY, "1"))
    base = reverse("catalogue")
    return f"{base}?{urlencode(pairs)}" if pairs else base
