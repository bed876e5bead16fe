"""What a file of 50 MB costs a web process: sent in the pieces of the papers page, in one piece
by a client that knows no others, and 20 MB by a plain form without scripts."""

import base64
import os
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import psutil
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from benchmarks import load, people
from benchmarks.filing import Draft, citizen, drafts, whole_draft
from benchmarks.report import Line
from benchmarks.servers import OURS, Server, serving
from dossiers.models import Dossier, Paper

LIMIT_MB = 100.0  # issue 4
PIECE = 1024 * 1024  # static/js/papers-upload.js
TIMES = 3
_TUS = {"Tus-Resumable": "1.0.0"}
_KIND = "application/offset+octet-stream"
Send = Callable[[load.Connection, Draft, str, bytes], None]


def run() -> list[Line]:
    model = whole_draft(User.objects.get(email=people.CITIZEN))
    assert model.case
    place = f"tep-{model.case.requirements.filter(online='upload').first().pk}"
    large = a_pdf(settings.UPLOAD_LIMITS["max_resumed_bytes"])
    plain = a_pdf(settings.UPLOAD_LIMITS["max_bytes"])
    ways: list[tuple[str, Send, bytes]] = [
        ("50 MB in pieces", partial(_in_pieces, PIECE), large),
        ("50 MB in one piece", partial(_in_pieces, len(large)), large),
        ("20 MB by a plain form", _by_form, plain),
    ]
    lines = []
    for name, send, content in ways:
        # A server of its own for each: memory that Python keeps would hide the next one's.
        with serving(OURS, "portal.settings") as ours:
            grown = _grown(ours, model, partial(send, place=place, content=content))
        lines.append(
            Line(f"upload of {name}: growth of a web process ÷ its limit", grown, LIMIT_MB, "MB",
                 [grown / LIMIT_MB], goal=1, at_least=False)
        )  # fmt: skip
    return lines


def a_pdf(size: int) -> bytes:
    """Just below `size`, like a scan."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.Root.Scan = pdf.make_indirect(pikepdf.Stream(pdf, os.urandom(size - 100_000)))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def _grown(server: Server, model: Dossier, send: Callable[..., None]) -> float:
    """MB: the most a web process held above what it held before, over TIMES files."""
    people_ = [citizen(5000 + n) for n in range(TIMES + 4)]
    sessions = [(one, people.signed_in(one)) for one in people_]
    todo = drafts(model, sessions, len(sessions))
    connection = load.Connection(server.port)
    for warm in todo[TIMES:]:
        path = reverse("filing-papers", args=[warm.public_id])
        assert connection.ask(load.get(path, warm.headers))[0] == 200
    workers = psutil.Process(server.process.pid).children()
    before = {worker.pid: worker.memory_info().rss for worker in workers}
    for pid in before:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here
    for draft in todo[:TIMES]:
        send(connection, draft)
        if not Paper.objects.filter(dossier=draft.pk).exists():
            raise load.LoadFailed("the file came to nothing")
    connection.close()
    return max(_peak(pid) - rss for pid, rss in before.items()) / 2**20


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _in_pieces(
    size: int, connection: load.Connection, draft: Draft, *, place: str, content: bytes
) -> None:
    said = {"filename": "ban-ve.pdf", "place": place, "mark": "1"}
    words = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in said.items())
    path = reverse("tus-creation", args=[draft.public_id])
    headers = draft.headers | _TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": words}
    _expect(201, connection.ask(load.post(path, headers, "application/x-nothing", b"")))
    upload = Dossier.objects.get(pk=draft.pk).uploads.get()
    path = reverse("tus-upload", args=[upload.public_id])
    for start in range(0, len(content), size):
        headers = draft.headers | _TUS | {"Upload-Offset": str(start)}
        headers |= {"X-HTTP-Method-Override": "PATCH"}
        piece = content[start : start + size]
        _expect(204, connection.ask(load.post(path, headers, _KIND, piece)))


def _by_form(connection: load.Connection, draft: Draft, *, place: str, content: bytes) -> None:
    kind, body = load.multipart(place, "ban-ve.pdf", "application/pdf", content)
    path = reverse("filing-papers", args=[draft.public_id])
    _expect(302, connection.ask(load.post(path, draft.headers, kind, body)))


def _expect(status: int, answer: tuple[int, bytes]) -> None:
    if answer[0] != status:
        raise load.LoadFailed(f"{answer[0]} {answer[1][:200]!r}")
