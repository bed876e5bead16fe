"""The index of this process: built when first asked for, renewed when the catalogue changed."""

import threading
from collections import defaultdict
from dataclasses import replace
from typing import Any

from portal.lib.text import fold
from procedures import stamps
from procedures.models import LifeEvent, Procedure, Sector, Service, Synonym
from procedures.reference import AGENCY_KINDS, AUDIENCES, LEVEL_WORDS
from procedures.search.index import Entry, Index, entry
from procedures.search.synonyms import Thesaurus

_AUDIENCES = {name: part for part, name in AUDIENCES.items()}
_lock = threading.Lock()
_kept: "Kept | None" = None


class Kept:
    """An index with what it was built for. Entries of versions that stay are taken over: their
    words need not be read and cut again."""

    index: Index

    def __init__(self, stamp: tuple[Any, ...], before: "Kept | None") -> None:
        self.stamp = stamp
        known = {one.pk: one for one in before.index.entries} if before else {}
        sectors = list(Sector.objects.values_list("pk", "slug", "name"))
        ordered = LifeEvent.objects.order_by("for_business", "order", "name")
        events = list(ordered.values_list("pk", "slug", "name"))
        self.labels = _labels(sectors, events)
        self.index = Index(_entries(known, _slugs(sectors), _slugs(events)))
        self.thesaurus = Thesaurus(Synonym.objects.values_list("words", "means"))
        for found in self.thesaurus.all_words():
            self.index.learn(found)


def current() -> Kept:
    """One query when nothing changed. While one thread renews the index, the others go on with
    the one before."""
    global _kept
    stamp = stamps.catalogue_stamp()
    kept = _kept
    if kept is not None and kept.stamp == stamp:
        return kept
    if not _lock.acquire(blocking=kept is None):
        assert kept is not None
        return kept
    try:
        if _kept is None or _kept.stamp != stamp:
            _kept = Kept(stamp, _kept)
        return _kept
    finally:
        _lock.release()


def forget() -> None:
    """For tests, whose rows come and go without a stamp."""
    global _kept
    _kept = None


def _slugs(rows: list[tuple[int, str, str]]) -> dict[int, str]:
    return {pk: slug for pk, slug, _ in rows}


def _entries(
    known: dict[int, Entry], sectors: dict[int, str], event_slugs: dict[int, str]
) -> list[Entry]:
    published = Procedure.objects.published().order_by("pk")
    rows = list(published.values_list("pk", "current_id", "code", "name", "popularity", "sector"))
    fresh = {row[0] for row in rows if row[0] not in known or known[row[0]].version != row[1]}
    facts = dict(_facts(published, fresh, everything=len(fresh) > len(rows) // 2))
    events, agencies = _events(event_slugs), _agencies()
    found = []
    for pk, version, code, name, popularity, sector in rows:
        facets = {
            "sector": (sectors[sector],),
            "event": tuple(events[pk]),
            "agency": tuple(agencies[pk]),
        }
        if pk not in fresh:
            old = known[pk]
            facets = old.facets | facets
            found.append(replace(old, popularity=popularity, facets=facets))
            continue
        mine = facts[pk]
        texts = (mine.get("keywords", ()), mine.get("more", ""))
        facets |= _own_facets(mine)
        found.append(entry(pk, version, code, name, popularity, *texts, facets))
    return found


def _facts(published: Any, fresh: set[int], *, everything: bool) -> Any:
    wanted = published if everything else published.filter(pk__in=fresh)
    return wanted.values_list("pk", "facts").iterator(chunk_size=2000)


def _own_facets(facts: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Those that follow from the version; see columns.describe."""
    return {
        "level": (str(facts["level"]),) if "level" in facts else (),
        "audience": tuple(
            _AUDIENCES[name] for name in facts.get("audiences", ()) if name in _AUDIENCES
        ),
        "online": ("co" if facts.get("online") else "khong",),
        "fee": ("khong",) if facts.get("free") else ("co",),
    }


def _events(slugs: dict[int, str]) -> defaultdict[int, list[str]]:
    rows = Procedure.life_events.through.objects.values_list("procedure", "lifeevent")
    found: defaultdict[int, list[str]] = defaultdict(list)
    for procedure, event in rows:
        if event in slugs:
            found[procedure].append(slugs[event])
    return found


def _agencies() -> defaultdict[int, list[str]]:
    rows = Service.objects.open().values_list("procedure", "deciding_agency__kind").distinct()
    found: defaultdict[int, list[str]] = defaultdict(list)
    for procedure, kind in rows:
        found[procedure].append(kind)
    return found


def _labels(
    sectors: list[tuple[int, str, str]], events: list[tuple[int, str, str]]
) -> dict[str, dict[str, str]]:
    """What each value of a facet is called, in the order it is listed."""
    by_name = sorted(sectors, key=lambda row: alphabetical(row[2]))
    return {
        "sector": {slug: name for _, slug, name in by_name},
        "agency": AGENCY_KINDS,
        "level": {str(level): words for level, words in LEVEL_WORDS.items()},
        "audience": AUDIENCES,
        "online": {"co": "Nộp trực tuyến được", "khong": "Chỉ nộp trực tiếp hoặc qua bưu chính"},
        "fee": {"khong": "Không mất phí", "co": "Có phí, lệ phí"},
        "event": {slug: name for _, slug, name in events},
    }


def alphabetical(name: str) -> str:
    """Words without marks, đ behind d: as a Vietnamese index has them, near enough."""
    return fold(name.replace("đ", "dz").replace("Đ", "Dz"))
