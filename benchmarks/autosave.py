"""Autosave while fifty people type: a save a second each, on time whatever the last one took."""

import statistics
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from benchmarks import load, people
from benchmarks.filing import Draft, citizen, drafts, whole_draft
from benchmarks.machine import Watch
from benchmarks.report import Line
from benchmarks.servers import OURS, serving
from dossiers.models import Dossier
from dossiers.sections import Part, parts_of
from procedures.eforms import as_data, parse
from procedures.general_form import definition_of

RATE = 50  # a second
LIMIT = 100.0  # ms, p95 (issue 4)
RUNS = 3


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody's open page: the draft, where it is saved and what its form holds."""

    pk: int
    address: str
    headers: dict[str, str]
    fields: dict[str, list[Any]]
    typed: str  # the control somebody types in

    def save(self, turn: int) -> bytes:
        own = {"tab": ["bench"], "luot": [str(turn)], "het": ["1"], self.typed: [f"Chữ {turn}"]}
        body = urlencode(self.fields | own, doseq=True).encode()
        return load.post(self.address, self.headers, "application/x-www-form-urlencoded", body)


def run(seconds: int) -> list[Line]:
    """RUNS runs of `seconds` at RATE; each latency counts from the moment the save was due."""
    model = whole_draft(User.objects.get(email=people.CITIZEN))
    writers = [citizen(number) for number in range(RATE)]
    sessions = [(writer, people.signed_in(writer)) for writer in writers]
    pages = [_page(model, draft) for draft in drafts(model, sessions, RATE)]
    found = []
    with serving(OURS, "portal.settings") as ours, Watch() as watch:
        _paced(ours.port, pages, 2, 0)
        for number in range(RUNS):
            found.append(load.quantiles(_paced(ours.port, pages, seconds, 1000 * (number + 1))))
    typed = Dossier.objects.filter(pk__in=[page.pk for page in pages])
    if lost := typed.filter(savers={}).count():
        raise load.LoadFailed(f"{lost} drafts were never saved")
    p50s, p95s = zip(*found, strict=True)
    note = f"{RATE} saves/s, p50 {statistics.median(p50s):.1f} ms"
    ratios = [p95 / LIMIT for p95 in p95s]
    return [
        Line("autosave p95: bar", statistics.median(p95s), LIMIT, "ms", ratios, goal=1,
             at_least=False, foreign=watch.cores, note=note)
    ]  # fmt: skip


def _page(model: Dossier, draft: Draft) -> Page:
    """The longest page of the declaration."""
    definition = definition_of(model.version)
    longest = max(parts_of(definition, model.answers), key=lambda one: len(_keys(definition, one)))
    keys = _keys(definition, longest)
    fields = fields_of(definition, model.answers, longest)
    typed = next(key for key in fields if keys.get(key) == "text")
    part = f"to-khai/{longest.address}".strip("/")
    address = reverse("filing-autosave", args=[draft.public_id, part])
    return Page(draft.pk, address, draft.headers, fields, typed)


def fields_of(definition: dict[str, Any], answers: dict[str, Any], part: Part) -> dict[str, Any]:
    """What a browser sends of one page filled in with these answers: values by control."""
    keys = _keys(definition, part)
    sent = as_data(parse(definition), answers).lists()
    return {name: values for name, values in sent if name.partition("-")[0] in keys}


def _keys(definition: dict[str, Any], part: Part) -> dict[str, str]:
    """The questions of one page and their types."""
    walk = parse(definition).walk()
    return {node.key: node.type for section, node in walk if section.key in part.sections}


def _paced(port: int, pages: list[Page], seconds: int, first: int) -> list[float]:
    """Seconds each save took, on a connection a person; everybody begins at their own moment."""
    times: list[float] = []
    wrong: list[str] = []
    begin = time.perf_counter() + 0.5

    def typing(number: int, page: Page) -> None:
        connection = load.Connection(port)
        for turn in range(seconds):
            due = begin + turn + number / len(pages)
            time.sleep(max(due - time.perf_counter(), 0))
            status, body = connection.ask(page.save(first + turn + 1))
            times.append(time.perf_counter() - due)
            if status != 200:
                wrong.append(f"{status} {body[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=typing, args=pair) for pair in enumerate(pages)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise load.LoadFailed(f"{len(wrong)} wrong answers, first: {wrong[0]}")
    return times
