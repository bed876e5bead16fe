"""Line 3, submit-commit: three papers of 300 kB and the filing itself, as HTTP requests of
twenty citizens at once; a whole run files a thousand (issue 4)."""

import itertools
import os
import pickle
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pikepdf
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks import load, people, raw, sample
from benchmarks.machine import Watch
from benchmarks.report import Line, compare
from benchmarks.servers import BARE, OURS, PROCESSES, serving
from dossiers import actions, sweeping
from dossiers.look import look_of
from dossiers.models import Dossier, ReturnMethod
from dossiers.workflow import Status
from portal.demo import answers
from procedures.models import Service

PROCEDURE = "1.001193"  # birth registration: the longest of the complete e-forms
PAPER_BYTES = 300_000
PAPERS = 3
PAIRS = 4
CLIENTS = 20
SUBMIT_MS = 1000.0
GROWTH = 1.1  # of the web processes' memory, from 5 % of the filings to the last


@dataclass(frozen=True, slots=True)
class Draft:
    pk: int
    public_id: uuid.UUID
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """Where one side takes its papers and its filing; `fields` are what the form sends."""

    port: int
    upload: Callable[[Draft, int], tuple[str, str]]
    submit: Callable[[Draft], tuple[str, dict[str, str]]]


def run(count: int) -> list[Line]:
    """`count` filings a side and pair."""
    model = whole_draft(User.objects.get(email=people.CITIZEN))
    keep_sample(filed(User.objects.get(email=people.CITIZEN)))
    rates: tuple[list[float], list[float], list[float]] = ([], [], [])
    taken: tuple[list[tuple[load.Load, load.Load]], ...] = ([], [])
    with (
        serving(OURS, "portal.settings") as ours,
        serving(BARE, "benchmarks.bare.settings") as bare,
        ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool,
    ):
        ways = (_our_way(ours.port, model), _bare_way(bare.port))
        for way in ways:
            _file(way, _of_new_people(model, max(CLIENTS * 2, PAIRS * count // 20)))
        before = ours.memory()
        _file_raw(pool, _of_new_people(model, CLIENTS))
        with Watch() as w:
            for _ in range(PAIRS):
                for found, bursts, way in zip(rates, taken, ways, strict=False):
                    papers, submits = _file(way, _of_new_people(model, count))
                    found.append(count / (papers.seconds + submits.seconds))
                    bursts.append((papers, submits))
                rates[2].append(_file_raw(pool, _of_new_people(model, count)))
        memory = (before, ours.memory())
    if lost := sweeping.remove_orphans(timezone.now() + 2 * sweeping.ORPHAN_AGE):
        raise load.LoadFailed(f"{lost} files that no row names")
    case = f"filing with 3 papers, {PAIRS * count} of {CLIENTS} at once"
    return _lines(case, rates, taken, memory, w.cores)


def _lines(
    case: str,
    rates: tuple[list[float], list[float], list[float]],
    taken: tuple[list[tuple[load.Load, load.Load]], ...],
    memory: tuple[float, float],
    foreign: float,
) -> list[Line]:
    late = [submits.p95 for _, submits in taken[0]]
    before, after = memory
    return [
        compare(f"{case}: bare view", *rates[:2], "filings/s", goal=0.5, foreign=foreign,
                note=f"ours {_shown(taken[0])}; bare {_shown(taken[1])}"),
        compare(f"{case}: raw psycopg2", rates[0], rates[2], "filings/s", foreign=foreign),
        compare("filing, the last step: its limit", late, [SUBMIT_MS] * PAIRS, "ms p95", goal=1,
                at_least=False, foreign=foreign, note="no error, no file without a row"),
        Line("filing, memory of the web processes: after 5 % of the filings", after, before, "MB",
             [after / before], goal=GROWTH, at_least=False),
    ]  # fmt: skip


def _shown(bursts: list[tuple[load.Load, load.Load]]) -> str:
    upload, submit = (median(one.p50 for one in side) for side in zip(*bursts, strict=True))
    return f"upload p50 {upload:.0f}, submit p50 {submit:.0f} ms"


def whole_draft(by: User) -> Dossier:
    """Everything but the papers."""
    now = timezone.now()
    service = Service.objects.select_related("procedure__current", "receiving_agency").get(
        procedure__code=PROCEDURE, receiving_agency__positions__user__email=people.OFFICER,
        receiving_agency__positions__role="reception",
    )  # fmt: skip
    draft = actions.start_draft(
        service=service, by=by, at=now, token=uuid.uuid4(), case_key="thong-thuong"
    )
    told = answers.birth(by, "Nguyễn Hoàng An")
    actions.save_answers(draft, answers=told, by=by, at=now)
    return actions.save_return(draft, by=by, at=now, method=ReturnMethod.DESK)


def filed(by: User) -> Dossier:
    """One dossier with its papers, filed by our own actions."""
    draft, now = whole_draft(by), timezone.now()
    for number, need in enumerate(_needs(draft)):
        upload = SimpleUploadedFile("giay-to.pdf", a_paper(number), "application/pdf")
        actions.attach_paper(draft, upload=upload, requirement=need, by=by, at=now)
    return actions.submit(draft, by=by, at=now)


def keep_sample(dossier: Dossier, **more: Any) -> None:
    """Where the bare views, in their own processes, find what to write."""
    path = Path(settings.VAR_DIR) / "bare-sample.pickle"
    path.write_bytes(pickle.dumps(sample.take(dossier) | more))
    os.environ["BARE_SAMPLE"] = str(path)


@cache
def a_paper(number: int = 0, size: int = PAPER_BYTES) -> bytes:
    """A PDF of about `size` bytes that does not compress, like a scan; another for each number:
    the same file twice in one place is refused."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Contents = pikepdf.Stream(pdf, b"q Q")
    pdf.Root.Scan = pdf.make_indirect(pikepdf.Stream(pdf, os.urandom(size - 1000)))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def citizen(number: int) -> User:
    user, made = User.objects.get_or_create(
        email=f"nguoi-nop-{number}@example.vn",
        defaults={"full_name": "Nông Văn Thử", "auth_level": 1,
                  "citizen_id": f"02009000{number:04d}", "phone": f"0362{number:06d}"},
    )  # fmt: skip
    if made:
        user.set_unusable_password()
        user.save()
    return user


_newcomers = itertools.count(1000)


def newcomers(count: int) -> list[User]:
    """Who files the same thing again would be asked about the first."""
    return [citizen(next(_newcomers)) for _ in range(count)]


def _of_new_people(model: Dossier, count: int) -> list[Draft]:
    who = newcomers(count)
    return drafts(model, [(one, people.signed_in(one)) for one in who], count)


def drafts(model: Dossier, sessions: list[tuple[User, dict[str, str]]], count: int) -> list[Draft]:
    """Copies of the draft, in turn of different people."""
    values = {f.attname: getattr(model, f.attname) for f in Dossier._meta.concrete_fields}
    del values["id"]
    made = []
    for number in range(count):
        own = {"public_id": uuid.uuid4(), "start_token": uuid.uuid4()}
        citizen = sessions[number % len(sessions)][0]
        mine = {"submitter_id": citizen.pk, "owner_id": citizen.pk}
        made.append(Dossier(**values | own | mine))
    return [
        Draft(row.pk, row.public_id, sessions[number % len(sessions)][1])
        for number, row in enumerate(Dossier.objects.bulk_create(made))
    ]


def _needs(dossier: Dossier) -> list[Any]:
    assert dossier.case
    found = list(dossier.case.requirements.filter(online="upload"))
    return [found[at % len(found)] for at in range(PAPERS)]


def _our_way(port: int, model: Dossier) -> Way:
    needs = _needs(model)

    def upload(draft: Draft, number: int) -> tuple[str, str]:
        return reverse("filing-papers", args=[draft.public_id]), f"tep-{needs[number].pk}"

    def submit(draft: Draft) -> tuple[str, dict[str, str]]:
        row = Dossier.objects.get(pk=draft.pk)
        seen = look_of(row, row.papers.current().in_order())
        return reverse("filing-check", args=[draft.public_id]), {"dau": seen, "cam_doan": "on"}

    return Way(port, upload, submit)


def _bare_way(port: int) -> Way:
    return Way(
        port,
        lambda draft, number: (f"/{draft.public_id}/paper/", "tep"),
        lambda draft: (f"/{draft.public_id}/submit/", {"cam_doan": "on"}),
    )


def _file(way: Way, drafts: list[Draft]) -> tuple[load.Load, load.Load]:
    """The papers of all, then the filing of all: what the last page shows is asked in between,
    off the clock."""
    papers = [[_upload(way, draft, n) for n in range(PAPERS)] for draft in drafts]
    first = load.burst(way.port, [sum(papers[at::CLIENTS], []) for at in range(CLIENTS)], {302})
    del papers
    last = [_submit(way, draft) for draft in drafts]
    second = load.burst(way.port, [last[at::CLIENTS] for at in range(CLIENTS)], {302})
    _look_filed(drafts)
    return first, second


def _upload(way: Way, draft: Draft, number: int) -> bytes:
    path, field = way.upload(draft, number)
    kind, body = load.multipart(field, f"giay-to-{number}.pdf", "application/pdf", a_paper(number))
    return load.post(path, draft.headers, kind, body)


def _submit(way: Way, draft: Draft) -> bytes:
    path, fields = way.submit(draft)
    kind = "application/x-www-form-urlencoded"
    return load.post(path, draft.headers, kind, urlencode(fields).encode())


def _look_filed(drafts: list[Draft]) -> None:
    ids = [draft.pk for draft in drafts]
    done = Dossier.objects.filter(pk__in=ids, status=Status.SUBMITTED, papers__isnull=False)
    if (rows := done.count()) != PAPERS * len(drafts):
        raise load.LoadFailed(f"{rows} papers in filed dossiers, not {PAPERS * len(drafts)}")


def _file_raw(pool: ProcessPoolExecutor, drafts: list[Draft]) -> float:
    ids = [(draft.pk, str(draft.public_id)) for draft in drafts]
    folder, path = str(settings.PRIVATE_ROOT / "papers" / "raw"), os.environ["BARE_SAMPLE"]
    database = settings.DATABASES["default"]
    where = {"host": database["HOST"], "port": database["PORT"] or None,
             "dbname": database["NAME"], "user": database["USER"],
             "password": database["PASSWORD"] or None}  # fmt: skip
    jobs = [
        pool.submit(raw.file_all, where, path, ids[at::PROCESSES], folder, a_paper(), PAPERS)
        for at in range(PROCESSES)
    ]
    spans = [job.result() for job in jobs]
    _look_filed(drafts)
    return len(drafts) / (max(end for _, end in spans) - min(start for start, _ in spans))
