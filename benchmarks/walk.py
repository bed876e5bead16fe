"""One citizen's way from "Nộp hồ sơ" to the receipt over HTTP, as a browser without scripts goes
it; and the same requests once more for the bare side (benchmarks/bare/walk.py)."""

import re
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.db import connections
from django.urls import reverse

from benchmarks import autosave, load
from benchmarks.filing import a_paper
from benchmarks.walk_form import ANSWERS
from dossiers.actions import ways_back
from dossiers.sections import parts_of
from procedures.general_form import definition_of
from procedures.models import Service

PAPER_BYTES = 200_000
FILED = "bien-nhan"
_KIND = "application/x-www-form-urlencoded"
_HIDDEN = re.compile(rb'name="(token|goc|tab|luot|het|dau)" value="([^"]*)"')

Headers = dict[str, str]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the citizen will do on each page, by its place (`place`): what they type or choose, or
    the file they send, as content type and body."""

    start: str
    typed: dict[str, dict[str, Any]]
    sent: dict[str, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its answer."""

    method: str
    place: str
    kind: str
    body: bytes
    status: int
    answer: bytes


def plan_of(service: Service) -> Plan:
    """One case, the e-form of walk_form, one paper, the result at the desk."""
    version = service.procedure.current
    assert version
    definition, case = definition_of(version), version.cases.get()
    begin = {"co_quan": service.pk, "nop_cho": "self", "toi-dia_chi": "Số 5, xã Đồng Đăng"}
    if len(ways_back(version, service.level)) > 1:
        begin["nhan"] = "desk"
    typed: dict[str, dict[str, Any]] = {"nop": begin, "kiem-tra": {"cam_doan": "on"}}
    for part in parts_of(definition, ANSWERS):
        place = f"to-khai/{part.address}".strip("/")
        typed[place] = autosave.fields_of(definition, ANSWERS, part)
    need = case.requirements.filter(online="upload", mandatory=True).get()
    paper = a_paper(size=PAPER_BYTES)
    file = load.multipart(f"tep-{need.pk}", "giay-to.pdf", "application/pdf", paper)
    start = reverse("start-filing", args=[service.procedure.code])
    return Plan(start, typed, {"giay-to": file})


def place(address: str) -> str:
    """The page within the draft: "to-khai/ban_than"; "nop" before there is one."""
    first, *rest = urlsplit(address).path.strip("/").split("/")[1:]
    return first if first == "nop" else "/".join(rest)


class Walk:
    """Looks at each page the wizard leads to and sends it back filled in, until it has filed.
    Whatever the plan does not know is LoadFailed."""

    def __init__(self, connection: load.Connection, headers: Headers, plan: Plan) -> None:
        self.connection, self.headers, self.plan = connection, headers, plan
        self.calls: list[Call] = []
        self.at, self.pressed = plan.start, 0.0  # when the last form was sent

    def go(self) -> "Walk":
        while (here := place(self.at)) != FILED:
            hidden = self._look()
            here = place(self.at)
            self._send(here, hidden)
            if place(self.at) == here:
                raise load.LoadFailed(f"{here} is asked once more")
        return self

    @property
    def public_id(self) -> uuid.UUID:
        return uuid.UUID(self.at.split("/")[2])

    def _look(self) -> dict[str, str]:
        """The hidden fields of the page, where its redirects lead."""
        while self._ask("GET") == 302:
            pass
        found = _HIDDEN.findall(self.calls[-1].answer)
        return {name.decode(): value.decode() for name, value in found}

    def _send(self, here: str, hidden: dict[str, str]) -> None:
        kind, body = self.plan.sent.get(here, (_KIND, b""))
        if not body:
            if here not in self.plan.typed:
                raise load.LoadFailed(f"the wizard asks {here}")
            body = urlencode(hidden | self.plan.typed[here], doseq=True).encode()
        self.pressed = time.perf_counter()
        if self._ask("POST", kind, body) != 302:
            raise load.LoadFailed(f"{here} is not taken: {self.calls[-1].answer!r}"[:2000])

    def _ask(self, method: str, kind: str = "", body: bytes = b"") -> int:
        status, answer = self.connection.ask(_request(method, self.at, self.headers, kind, body))
        if status not in (200, 302):
            raise load.LoadFailed(f"{status} {method} {self.at}: {answer[:300]!r}")
        self.calls.append(Call(method, place(self.at), kind, body, status, answer))
        if status == 302:
            self.at = self.connection.location.partition("#")[0]
        return status


def repeat(connection: load.Connection, headers: Headers, calls: Sequence[Call]) -> uuid.UUID:
    """The same requests to the bare side, which knows each by its number; the dossier's id."""
    public_id = uuid.uuid4()
    for number, call in enumerate(calls):
        path = f"/{public_id}/walk/{number}/"
        request = _request(call.method, path, headers, call.kind, call.body)
        status, answer = connection.ask(request)
        if (status, len(answer)) != (call.status, len(call.answer)):
            raise load.LoadFailed(f"{status} with {len(answer)} bytes for {call.place}")
    return public_id


def _request(method: str, path: str, headers: Headers, kind: str, body: bytes) -> bytes:
    return load.get(path, headers) if method == "GET" else load.post(path, headers, kind, body)


def crowd(
    port: int,
    clients: int,
    sessions: Sequence[Headers],
    work: Callable[[load.Connection, Headers], Made],
) -> tuple[list[Made], float]:
    """What came of each session, `clients` at once, each session from a browser of its own;
    seconds of it all."""

    def one(headers: Headers) -> Made:
        connection = load.Connection(port)
        try:
            return work(connection, headers)
        finally:
            connection.close()

    def one_by_one(mine: Sequence[Headers]) -> list[Made]:
        try:
            return [one(headers) for headers in mine]
        finally:
            connections.close_all()  # this thread's own, of the database

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(one_by_one, [sessions[at::clients] for at in range(clients)]))
    return [one for some in found for one in some], time.perf_counter() - began
