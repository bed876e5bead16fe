"""Line 7, catalogue-search: 10,000 procedures; the match query, the page with its facets, names
while typing, and slips, beside the indexed SELECT and the naive ILIKE of the same run."""

import random
import resource
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from benchmarks import load, made_up
from benchmarks.machine import Watch
from benchmarks.report import Line, compare
from benchmarks.servers import BARE, OURS, Server, serving
from portal.lib.text import fold
from procedures import search, stamps
from procedures.models import Procedure
from procedures.search import keeping
from procedures.search.words import words

COUNT = 10_000
ROUNDS = 3
MATCH_MS, PAGE_MS, TYPING_MS, SLIP_MS, RECALL = 30, 80, 5, 25, 0.95
_LETTERS = "abcdeghiklmnopqrstuvxy"


def run(count: int) -> list[Line]:
    """`count` queries a round and case."""
    made_up.fill(COUNT)
    lines = _building()
    chance = random.Random(7)
    asked = [_phrase(chance) for _ in range(count)]
    slips = [(_slip(phrase, chance), phrase, code) for phrase, code in asked]
    slipped = [phrase for phrase, _, _ in slips]
    plain = [phrase for phrase, _ in asked]
    lines += _matching(plain, slipped)
    lines.append(_recall(slips))
    with (
        serving(OURS, "portal.settings") as ours,
        serving(BARE, "benchmarks.bare.settings") as bare,
    ):
        lines += _pages(ours, bare, plain, slipped)
    return lines


def _phrase(chance: random.Random) -> tuple[str, str]:
    """Three to five words of a name, without marks half of the time, with the code."""
    entries = keeping.current().index.entries
    one = chance.choice(entries)
    words = one.name.split()
    size = min(len(words), chance.randint(3, 5))
    at = chance.randrange(len(words) - size + 1)
    phrase = " ".join(words[at : at + size])
    return (fold(phrase) if chance.random() < 0.5 else phrase), one.code


def _slip(phrase: str, chance: random.Random) -> str:
    """One letter of the longest word swapped, missing, doubled or wrong."""
    words = fold(phrase).split()
    at = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[at]
    place = chance.randrange(1, max(2, len(word) - 1))
    words[at] = chance.choice(
        (
            word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] * 2 + word[place + 1 :],
            word[:place] + chance.choice(_LETTERS) + word[place + 1 :],
        )
    )
    return " ".join(words)


def _building() -> list[Line]:
    """Seconds and memory of an index built from nothing, and renewed after one change."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    keeping.forget()
    began = time.perf_counter()
    kept = keeping.current()
    cold = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    stamps.changed()
    began = time.perf_counter()
    keeping.current()
    warm = time.perf_counter() - began
    note = f"{len(kept.index.entries):,} procedures, {len(kept.index.vocabulary):,} words"
    return [
        Line("search index: renewed ÷ built", warm, cold, "s", [warm / cold],
             note=f"{note}, {grown:.0f} MB"),
    ]  # fmt: skip


def _timed(work: Callable[[str], object], phrases: Sequence[str]) -> float:
    """p95 in milliseconds."""
    times = []
    for phrase in phrases:
        began = time.perf_counter()
        work(phrase)
        times.append(time.perf_counter() - began)
    return load.quantiles(times)[1]


def _ours(phrase: str) -> object:
    """Match, rank, count and facets: all that is not the rows of the page."""
    return search.counts([phrase])


def _indexed(phrase: str) -> object:
    return list(Procedure.objects.matching(phrase).order_by("pk").values_list("pk")[:20])


def _naive(phrase: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procedures_procedure WHERE unaccent(name) ILIKE unaccent(%s) "
            "ORDER BY id LIMIT 20",
            [f"%{phrase}%"],
        )
        return cursor.fetchall()


def _matching(plain: list[str], slips: list[str]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    runs: dict[str, list[float]] = {"ours": [], "slips": [], "indexed": [], "naive": []}
    with Watch() as watch:
        for _ in range(ROUNDS):
            runs["ours"].append(_timed(_ours, plain))
            runs["indexed"].append(_timed(_indexed, plain))
            runs["naive"].append(_timed(_naive, plain))
            runs["slips"].append(_timed(_ours, slips))
    goal = [MATCH_MS] * ROUNDS
    more = {"at_least": False, "foreign": watch.cores}
    return [
        compare("search: match query ÷ its limit", runs["ours"], goal, "ms p95", goal=1, **more),
        compare("search: match with a slip ÷ its limit", runs["slips"], [SLIP_MS] * ROUNDS,
                "ms p95", goal=1, **more),
        compare("search: match ÷ indexed SELECT, unranked", runs["ours"], runs["indexed"],
                "ms p95", **more),
        compare("search: match ÷ naive unaccent ILIKE", runs["ours"], runs["naive"],
                "ms p95", **more),
    ]  # fmt: skip


def _recall(slips: list[tuple[str, str, str]]) -> Line:
    """Many names share the words that were meant: when more than ten have them all, mending
    the words to just those is right too."""
    hits = 0
    for phrase, meant, code in slips:
        answer = search.find(search.Filters(q=phrase), cursor=None)
        shown = [row.code for row in answer.rows[:10]]
        hits += code in shown or (
            answer.count > 10 and words(fold(answer.instead)) == words(fold(meant))
        )
    share = hits / len(slips)
    return Line("search: recall@10 with one slip", share, RECALL, "share", [share / RECALL], goal=1)


def _pages(ours: Server, bare: Server, plain: list[str], slips: list[str]) -> list[Line]:
    lines = []
    list_page, typing = reverse("catalogue"), reverse("catalogue-hints")
    cases = [
        ("search: page with facets", list_page, plain, PAGE_MS),
        ("search: page with facets, a slip", list_page, slips, PAGE_MS),
        ("search: names while typing", typing, plain, TYPING_MS),
        ("search: names while typing, a slip", typing, slips, SLIP_MS),
    ]
    for name, path, phrases, most in cases:
        late: tuple[list[float], list[float]] = ([], [])
        with Watch() as watch:
            for turn in range(ROUNDS + 1):
                # Another word each turn: no page comes from the shelf.
                queries = [urlencode({"q": one, "luot": turn}) for one in phrases]
                for side, (server, where) in enumerate(((ours, path), (bare, "/found/"))):
                    found = _ask(server, where, queries)
                    if turn:  # the first warms connections, templates and both indexes
                        late[side].append(found)
        goal = [most] * ROUNDS
        lines.append(compare(f"{name} ÷ its limit", late[0], goal, "ms p95", goal=1,
                             at_least=False, foreign=watch.cores))  # fmt: skip
        lines.append(compare(f"{name} ÷ bare indexed SELECT page", late[0], late[1], "ms p95",
                             at_least=False, foreign=watch.cores))  # fmt: skip
    return lines


def _ask(server: Server, path: str, queries: Sequence[str]) -> float:
    client = load.Connection(server.port)
    times = []
    for query in queries:
        request = load.get(f"{path}?{query}", {})
        began = time.perf_counter()
        status, _ = client.ask(request)
        times.append(time.perf_counter() - began)
        if status != 200:
            raise load.LoadFailed(f"{status} for {query}")
    client.close()
    return load.quantiles(times)[1]
