"""What a page costs: queries with 1 and 20 rows, bytes of the first view, slots in their budget."""

import gzip
import re
import uuid
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from dossiers.actions import batches
from dossiers.models import Batch, BatchRow, Dossier, Message, RowState
from dossiers.workflow import Status
from portal.lib import publicpages, slots
from postal.models import Parcel
from procedures.actions import open_draft
from procedures.search import keeping
from tests import factories
from tests.postal import stories
from tests.procedures import question_stories

FIRST_VIEW = 200_000  # bytes as they travel (reliability-ux.md D2.8)
BINH, LAN, MAI = "binh@example.vn", "lan@example.vn", "mai@example.vn"
HUNG = "hung@example.vn"
# (page, who, queries at most): session and user are two of them.
PAGES = [
    ("home", None, 8),
    ("catalogue", None, 5),
    ("catalogue-results", None, 5),
    ("catalogue-hints", None, 2),
    ("procedure", None, 12),
    ("procedure-case", None, 8),
    ("procedure-desks", None, 3),
    ("procedure-whole", None, 12),
    ("guidance-choose", None, 4),
    ("sectors", None, 2),
    ("sector", None, 4),
    ("agency-kind", None, 3),
    ("life-events", None, 2),
    ("sitemap", None, 4),
    ("procedure-questions", None, 3),
    ("my-questions", BINH, 3),
    ("office-questions", LAN, 4),
    ("track", None, 0),
    ("my-dossiers", BINH, 6),
    ("batch", BINH, 12),
    ("inbox", BINH, 4),
    ("organisations", BINH, 5),
    ("dossier", BINH, 13),
    ("dossier-deadline", BINH, 7),
    ("messages", BINH, 7),
    ("receipt", BINH, 6),
    ("officer-home", LAN, 6),
    ("officer-queue", LAN, 12),
    ("officer-dossier", LAN, 24),
    ("register", LAN, 9),
    ("reports", HUNG, 16),
    ("officer-messages", LAN, 8),
    ("officer-waiting", LAN, 6),
    ("officer-opinions", LAN, 5),
    ("officer-accept", LAN, 7),
    ("officer-drafts", LAN, 6),
    ("officer-assign", LAN, 8),
    ("officer-labels", LAN, 6),
    ("officer-desk-over", LAN, 9),
    ("officer-deadline", LAN, 8),
    ("officer-stuck", HUNG, 23),
    ("postal-desk", MAI, 6),
    ("parcel", MAI, 7),
]
ABOUT_ONE = {"procedure", "procedure-questions", "procedure-desks", "procedure-whole"}
ABOUT_ONE |= {"guidance-choose"}
ABOUT_A_DOSSIER = {"dossier", "receipt", "officer-dossier", "officer-accept"}
ABOUT_A_DOSSIER |= {"officer-assign", "dossier-deadline", "messages", "officer-messages"}
ABOUT_A_DOSSIER |= {"officer-deadline"}


@pytest.fixture
def grow(binh, lan, hung, mai, service):
    """`grow(n)`: n dossiers waiting for Lan, n finished ones with a parcel at Mai's desk."""

    editor = factories.an_officer("Cúc", "cuc@example.vn", "catalogue", factories.an_agency())

    pattern = factories.a_full_draft(binh, service)
    batch = batches.begin_batch(pattern, by=binh, at=factories.MORNING)

    def fill(count):
        for number in range(count):
            BatchRow.objects.create(
                batch=batch, number=batch.rows.count() + 3, state=RowState.DRAFTED,
                dossier=factories.a_draft(binh, service) if number < 10 else None,
            )  # fmt: skip
            words = f"Câu hỏi {count}-{number}?"
            question_stories.asked(service.procedure, binh, words)
            question_stories.published(service.procedure, binh, lan, editor, f"Lại {words}")
            asked = factories.a_filed(binh, service)
            Message.objects.create(
                dossier=asked, author=binh, body=words, token=uuid.uuid4(), from_office=False,
                sent_at=factories.MORNING,
            )  # fmt: skip
            stories.a_finished(binh, lan, hung, service=service)

    return fill


def address(page):
    waiting = Dossier.objects.filter(status=Status.SUBMITTED).latest("pk")
    if page in ABOUT_A_DOSSIER:
        return reverse(page, args=[waiting.public_id])
    if page == "batch":
        return reverse(page, args=[Batch.objects.get().pattern.public_id])
    if page == "parcel":
        return reverse(page, args=[Parcel.objects.latest("pk").public_id])
    if page in ABOUT_ONE:
        return reverse(page, args=[waiting.version.procedure.code])
    if page == "procedure-case":
        return reverse(page, args=[waiting.version.procedure.code, waiting.case.key])
    if page in ("sector", "agency-kind"):
        return reverse(page, args=["ho-tich" if page == "sector" else "ubnd-xa"])
    return reverse(page)


def queries(page, who):
    client = Client()
    if who:
        client.force_login(User.objects.get(email=who))
    path = address(page)
    cache.clear()
    publicpages.forget()
    keeping.current()  # built once for each change of the catalogue, not for each page
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200
    return [query["sql"] for query in seen]


@pytest.mark.slow
def test_no_page_asks_more_for_twenty_rows_than_for_one(grow):
    grow(1)
    one = {page: queries(page, who) for page, who, _ in PAGES}
    grow(19)
    many = {page: queries(page, who) for page, who, _ in PAGES}
    assert {p: len(q) for p, q in many.items() if len(q) > len(one[p])} == {}
    assert {p: len(many[p]) for p, _, most in PAGES if len(many[p]) > most} == {}


# --- bytes of the first view --------------------------------------------------------------------


def named_by(kind, content, where):
    """Files of ours that a file makes the browser fetch."""
    if kind == "text/html":
        links = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', content)
        links += re.findall(r'<use[^>]+href="([^"#]+)', content)
    elif kind == "text/css":
        links = re.findall(r"""url\(["']?([^)"']+)["']?\)""", content)
    elif "javascript" in kind:
        links = re.findall(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""", content)
    else:
        links = []
    return {urljoin(where, link) for link in links if not link.startswith(("data:", "#"))}


def travel_size(client, path):
    """(bytes on the wire, what else is fetched): text is compressed, fonts are already."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers["Content-Type"].split(";")[0]
    text = kind.startswith("text/") or "javascript" in kind or "svg" in kind
    size = len(gzip.compress(body)) if text else len(body)
    return size, named_by(kind, body.decode() if text else "", path)


def test_the_home_page_weighs_little(db):
    client, sizes, waiting = Client(), {}, {"/"}
    while waiting:
        path = waiting.pop()
        sizes[path], more = travel_size(client, path)
        waiting |= {one for one in more if one.startswith(("/static", "/"))} - set(sizes)
    assert len(sizes) > 8
    assert sum(sizes.values()) <= FIRST_VIEW, sizes
    assert max(size for path, size in sizes.items() if path.endswith("woff2")) <= 60_000


# --- slots ----------------------------------------------------------------------------------------


def test_every_filler_keeps_its_query_budget(binh, lan, hung, service):
    finished = stories.a_finished(binh, lan, hung, service=service)
    draft = open_draft(finished.version.procedure, by=lan, at=factories.MORNING)
    given = {
        "dossier.timeline": finished,
        "dossier.return_hindrance": finished,
        "dossier.brought": finished,
        "filing.costs": finished,
        "start.costs": finished.version.procedure,
        "procedure.facts": finished.version.procedure,
        "agency.calendar": service.receiving_agency,
        "draft.review": draft,
        "draft.due": draft,
        "procedure.open_dossiers": finished.version.procedure,
        "service.open_dossiers": service,
    }
    filled = {slot for slot, fillers in slots._fillers.items() if fillers}
    assert filled and filled <= set(given)
    for slot in sorted(filled):
        for filler in slots.fillers(slot):
            what = type(given[slot]).objects.get(pk=given[slot].pk)
            with CaptureQueriesContext(connection) as seen:
                filler.func(what)
            assert len(seen) <= filler.queries, (slot, [query["sql"] for query in seen])
