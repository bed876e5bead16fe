"""Pages of results, and the few names shown while somebody types."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from itertools import islice

from django.core import signing

from procedures.models import Procedure
from procedures.search import keeping
from procedures.search.filters import Facet, Filters, facets, known, narrowed
from procedures.search.index import Entry, Index, mask_of
from procedures.search.query import Answer, answer

PAGE = 20
HINTS = 8
LONGEST = 200
_LONGEST_CURSOR = 400
Key = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `filters`: those that mean something; `count`: on all pages; `whole`: they have
    all the words that were typed; `instead` and `maybe`: see query.Answer."""

    filters: Filters
    rows: list[Procedure]
    next_cursor: str | None
    count: int
    facets: list[Facet]
    whole: bool = True
    instead: str = ""
    maybe: str = ""

    @property
    def has_next(self) -> bool:
        return self.next_cursor is not None


@dataclass(frozen=True, slots=True)
class Hint:
    name: str
    code: str


def find(filters: Filters, *, cursor: str | None, literally: bool = False) -> Found:
    """Four queries: the stamp, the page's rows, their ways of filing, the fees of those."""
    kept = keeping.current()
    index = kept.index
    filters = known(kept, filters)
    heard = _answer(kept, filters.q, literally)
    found = (
        index.everything
        if not filters.q
        else mask_of((n for _, n in heard.ranked), len(index.entries))
    )
    mask = narrowed(index, found, filters)
    keys = _behind(_keys(index, heard, mask), _read(cursor, filters))
    page = list(islice(keys, PAGE + 1))
    more = len(page) > PAGE
    return Found(
        filters=filters,
        rows=_rows([key[2] for key in page[:PAGE]]),
        next_cursor=_write(page[PAGE - 1], filters) if more else None,
        count=mask.bit_count(),
        facets=facets(kept, found, filters),
        whole=heard.whole,
        instead=heard.instead,
        maybe=heard.maybe,
    )


def hints(q: str) -> tuple[list[Hint], int, Answer]:
    """The first names for what is being typed, how many there are, and how it was understood.
    One query, the stamp."""
    kept = keeping.current()
    heard = _answer(kept, q, False)
    best = [kept.index.entries[number] for _, number in heard.ranked[:HINTS]]
    return [Hint(one.name, one.code) for one in best], len(heard.ranked), heard


def counts(phrases: Iterable[str]) -> dict[str, int]:
    """How many procedures have all the words of each phrase. One query, the stamp."""
    kept = keeping.current()
    heard = {phrase: _answer(kept, phrase, False) for phrase in phrases}
    return {phrase: len(one.ranked) if one.whole else 0 for phrase, one in heard.items()}


def _answer(kept: keeping.Kept, q: str, literally: bool) -> Answer:
    if not q:
        return Answer([(0.0, number) for number in kept.index.popular])
    return answer(kept, q[:LONGEST], literally=literally)


def _keys(index: Index, heard: Answer, mask: int) -> Iterator[Key]:
    """Where each entry stands, first to last: less is before. The last part is its pk."""
    bits = mask.to_bytes(len(index.entries) // 8 + 1, "little")
    for score, number in heard.ranked:
        if bits[number >> 3] >> (number & 7) & 1:
            yield _key(score, index.entries[number])


def _key(score: float, entry: Entry) -> Key:
    return (-score, *entry.order)


def _behind(keys: Iterator[Key], last: Key | None) -> Iterator[Key]:
    return keys if last is None else (key for key in keys if key > last)


def _rows(pks: list[int]) -> list[Procedure]:
    found = (
        Procedure.objects.published()
        .with_page_parts()
        .prefetch_related("current__channels__fees")
        .in_bulk(pks)
    )
    return [found[pk] for pk in pks if pk in found]


def _salt(filters: Filters) -> str:
    return f"procedures.search:{astuple(filters)!r}"


def _write(key: Key, filters: Filters) -> str:
    return signing.dumps(key, salt=_salt(filters))


def _read(cursor: str | None, filters: Filters) -> Key | None:
    """None, the first page, for a cursor that is forged, foreign or none at all."""
    if not cursor or len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        score, popularity, pk = signing.loads(cursor, salt=_salt(filters))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (score, popularity, pk)
