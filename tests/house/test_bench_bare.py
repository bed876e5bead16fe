"""The bare views that benchmarks measure us against do equal work: rows, bytes, middleware."""

import io
import os
import pickle
from collections import Counter as Tally
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.conf import settings as ours
from django.test import Client
from django.urls import reverse

from benchmarks import sample
from benchmarks.bare import settings as bare
from benchmarks.bare import stock, views
from benchmarks.generate import SHARES, status_of
from dossiers.look import look_of
from dossiers.models import Counter, Dossier
from dossiers.workflow import Status
from tests import factories

PAPER = factories.a_pdf() + b"%" * 300_000 + b"\n%%EOF\n"
# What only one side's request fixes: ids, marks, moments and digests differ from row to row.
OWN = {"id", "key", "public_id", "stored_name", "digest", "previous_digest", "dossier_id"}


def upload():
    file = io.BytesIO(PAPER)
    file.name = "giay-chung-sinh.pdf"
    return file


def counted():
    """Rows of every table but sessions, and the sum of the counters."""
    tables = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]
    rows = Tally({model._meta.label: model._base_manager.count() for model in tables})
    rows["counters"] = sum(Counter.objects.values_list("value", flat=True))
    return rows


def stored(root):
    return Tally(path.stat().st_size for path in root.rglob("*.pdf"))


def client_of(user):
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def a_draft(binh, service):
    """Whole but for its paper."""
    draft = factories.a_full_draft(binh, service)
    draft.papers.all().delete()
    return draft


def file_with_ours(draft, binh):
    client = client_of(binh)
    need = draft.case.requirements.get()
    page = reverse("filing-papers", args=[draft.public_id])
    assert client.post(page, {f"tep-{need.pk}": upload()}).status_code == 302
    known = Dossier.objects.exclude(code=None).values_list("code", flat=True)
    seen = look_of(Dossier.objects.get(pk=draft.pk), draft.papers.current().in_order())
    data = {"dau": seen, "cam_doan": "on"}
    data |= {"van_nop": "on", "da_xem": " ".join(known)}  # they file the same again and again
    assert client.post(reverse("filing-check", args=[draft.public_id]), data).status_code == 302


def file_with_bare(draft, binh):
    client = client_of(binh)
    page = f"/{draft.public_id}"
    assert client.post(f"{page}/paper/", {"tep": upload()}).status_code == 302
    assert client.post(f"{page}/submit/", {"cam_doan": "on"}).status_code == 302


def filled(dossier):
    """Of each kind of row the columns that hold something, and the length of long texts."""
    found = {}
    for kind, row in sample.take(dossier).items():
        if kind not in {"code", "counter"}:
            found[kind] = {
                name: len(str(value)) if isinstance(value, str | dict | list) else type(value)
                for name, value in row.items()
                if value not in (None, "", {}) and name not in OWN
            }
    fields = [field.attname for field in Dossier._meta.concrete_fields]
    found["dossier"] = {name for name in fields if getattr(dossier, name) not in (None, "")}
    return found


@dataclass
class Work:
    """What one filing left behind: new rows, sizes of new files, its rows' content."""

    rows: dict
    sizes: list
    content: dict


def watched(file, draft, by, root):
    rows, sizes = counted(), stored(root)
    file(draft, by)
    draft.refresh_from_db()
    return Work(counted() - rows, stored(root) - sizes, filled(draft))


@pytest.fixture
def work(settings, binh, service, filed, tmp_path, monkeypatch):
    """The same filing by ours and then by the bare project."""
    file_with_ours(a_draft(binh, service), binh)  # the first of the day opens the counter
    drafts = [a_draft(binh, service), a_draft(binh, service)]
    ours_did = watched(file_with_ours, drafts[0], binh, settings.PRIVATE_ROOT)
    path = tmp_path / "sample.pickle"
    path.write_bytes(pickle.dumps(sample.take(Dossier.objects.get(pk=drafts[0].pk))))
    monkeypatch.setenv("BARE_SAMPLE", str(path))
    views.sample.cache_clear()
    settings.ROOT_URLCONF, settings.TEMPLATES = bare.ROOT_URLCONF, bare.TEMPLATES
    return ours_did, watched(file_with_bare, drafts[1], binh, settings.PRIVATE_ROOT)


def test_the_middleware_is_ours():
    assert bare.MIDDLEWARE == ours.MIDDLEWARE


def test_the_reference_has_djangos_own_middleware_only():
    assert {name.partition(".")[0] for name in stock.MIDDLEWARE} == {"django"}


def test_a_filing_writes_the_rows_that_raw_sql_writes(work):
    """One more code and one more of each of these, in ours (benchmarks/raw.py)."""
    tables = {"dossiers.Paper", "dossiers.Event", "dossiers.ClockEntry", "dossiers.Slip"}
    assert work[0].rows == dict.fromkeys({*tables, "notices.Notice", "counters"}, 1)


def test_the_bare_filing_writes_as_many_rows(work):
    assert work[1].rows == work[0].rows


def test_the_bare_filing_writes_the_same_columns(work):
    assert work[1].content == work[0].content


def test_the_bare_filing_stores_the_same_bytes(work):
    assert work[1].sizes == work[0].sizes == Tally([len(PAPER)])


def test_the_bare_bytes_are_synced(work, binh, service, monkeypatch):
    draft, synced = a_draft(binh, service), []
    monkeypatch.setattr(os, "fsync", synced.append)
    client_of(binh).post(f"/{draft.public_id}/paper/", {"tep": upload()})
    assert len(synced) == 2  # the file and its name


def test_shares_of_a_hundred_generated_dossiers():
    shares = Tally(status_of(number) for number in range(300, 400))
    assert shares == SHARES | {Status.RETURNED: 57}
