"""Finding procedures: in words with or without marks, by code, with filters. The same on every
database; see docs/adr/0008."""

from procedures.search.browsing import agency_kinds_in_use, events_in_use, sectors_in_use
from procedures.search.filters import FACETS, Facet, Filters
from procedures.search.finding import LONGEST, PAGE, Found, Hint, counts, find, hints
from procedures.stamps import catalogue_stamp

__all__ = [
    "FACETS",
    "Facet",
    "LONGEST",
    "PAGE",
    "Filters",
    "Found",
    "Hint",
    "agency_kinds_in_use",
    "catalogue_stamp",
    "counts",
    "events_in_use",
    "find",
    "hints",
    "sectors_in_use",
]
