"""Line 7, catalogue-search: 10,000 procedures; the match query, the page with its facets, names
while typing, and slips, beside the indexed SELECT and the naive ILIKE of the same run."""

import gc
import json
import random
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import psutil
from django.db import connection, transaction
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
_TONE_KEYS = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}


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
    lines.append(_recall("7 search: recall@10 with one slip", slips))
    marked = [_phrase(chance, marked=True) for _ in range(count)]
    typed = [(_telex(phrase), phrase, code) for phrase, code in marked]
    lines.append(_recall("7 search: recall@10, Telex without its keyboard", typed))
    with (
        serving(OURS, "portal.settings") as ours,
        serving(BARE, "benchmarks.bare.settings") as bare,
    ):
        lines += _pages(ours, bare, plain, slipped)
    return lines


def _phrase(chance: random.Random, *, marked: bool = False) -> tuple[str, str]:
    """Three to five words of a name, without marks half of the time or never, with the code."""
    entries = keeping.current().index.entries
    one = chance.choice(entries)
    words = one.name.split()
    size = min(len(words), chance.randint(3, 5))
    at = chance.randrange(len(words) - size + 1)
    phrase = " ".join(words[at : at + size])
    keeps = marked or chance.random() >= 0.5
    return (phrase if keeps else fold(phrase)), one.code


def _slip(phrase: str, chance: random.Random) -> str:
    """One letter of the longest word swapped, missing, doubled or wrong; no marks."""
    words = fold(phrase).split()
    at = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[at]
    while words[at] == word:
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


def _telex(phrase: str) -> str:
    """As it comes out when the keyboard is not switched to Vietnamese: "dduwowngf"."""
    return " ".join(_typed_in_telex(word) for word in phrase.lower().replace(",", "").split())


def _typed_in_telex(word: str) -> str:
    found, tone = "", ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TONE_KEYS:
            tone = _TONE_KEYS[letter]
        elif letter == "\u0302":
            found += found[-1]
        else:
            found += {"đ": "dd", "\u0306": "w", "\u031b": "w"}.get(letter, letter)
    return found + tone


_CHILD = """
import django, json
django.setup()
from benchmarks import catalogue_search
print(json.dumps(catalogue_search._child()))
"""


def _building() -> list[Line]:
    """Seconds and memory of an index built from nothing, and renewed after one change, in a
    process of its own: ours has been larger before and would show no growth."""
    command = [sys.executable, "-c", _CHILD]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    note = f"{found['procedures']:,} procedures, {found['words']:,} words"
    cold, warm, grown = found["cold"], found["warm"], found["megabytes"]
    return [
        Line("7 search index: renewed ÷ built", warm, cold, "s", [warm / cold], note=note),
        Line("7 search index: memory of a process", grown, grown, "MB", [1.0], note=note),
    ]


def _child() -> dict[str, float]:
    import django

    django.setup()
    from procedures.search import keeping

    with transaction.atomic():  # the connection stands
        stamps.catalogue_stamp()
    gc.collect()
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    kept = keeping.current()
    cold = time.perf_counter() - began
    gc.collect()
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    stamps.changed()
    began = time.perf_counter()
    keeping.current()
    warm = time.perf_counter() - began
    return {
        "cold": cold, "warm": warm, "megabytes": grown,
        "procedures": len(kept.index.entries), "words": len(kept.index.vocabulary),
    }  # fmt: skip


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
        compare("7 search: match query ÷ its limit", runs["ours"], goal, "ms p95", goal=1, **more),
        compare("7 search: match with a slip ÷ its limit", runs["slips"], [SLIP_MS] * ROUNDS,
                "ms p95", goal=1, **more),
        compare("7 search: match ÷ indexed SELECT, unranked", runs["ours"], runs["indexed"],
                "ms p95", **more),
        compare("7 search: match ÷ naive unaccent ILIKE", runs["ours"], runs["naive"],
                "ms p95", **more),
    ]  # fmt: skip


def _recall(case: str, slips: list[tuple[str, str, str]]) -> Line:
    """Many names share the words that were meant: when more than ten have them all, mending
    the words to just those is right too."""
    hits = 0
    for phrase, meant, code in slips:
        answer = search.find(search.Filters(q=phrase), cursor=None)
        shown = [row.code for row in answer.rows[:10]]
        hits += code in shown or (
            answer.count > 10 and words(fold(answer.instead or phrase)) == words(fold(meant))
        )
    share = hits / len(slips)
    return Line(case, share, RECALL, "share", [share / RECALL], goal=1)


def _pages(ours: Server, bare: Server, plain: list[str], slips: list[str]) -> list[Line]:
    lines = []
    list_page, typing = reverse("catalogue"), reverse("catalogue-hints")
    cases = [
        ("7 search: page with facets", list_page, plain, PAGE_MS),
        ("7 search: page with facets, a slip", list_page, slips, PAGE_MS),
        ("7 search: names while typing", typing, plain, TYPING_MS),
        ("7 search: names while typing, a slip", typing, slips, SLIP_MS),
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
