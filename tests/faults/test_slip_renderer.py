"""R27: a renderer that hangs or swells is stopped at its limit, the dossier goes on, the slip is
tried again, and the others do not wait for it."""

import contextlib
import threading
from datetime import timedelta

import psutil
import pytest
from django.utils import timezone

from dossiers import actions, slips
from dossiers.models import Dossier, Slip
from portal.lib import jobs, pdf
from portal.lib.outbox import drain
from portal.lib.pdf import render_pdf
from tests import factories
from tests.dossiers.officer_pages import accept
from tests.lib import guarded
from tests.lib.slip_forms import HANDS, forms_context

LIMIT = 2  # seconds


@pytest.fixture(autouse=True)
def own_child():
    jobs.shutdown()
    yield
    jobs.shutdown()


@pytest.fixture
def waiting(binh, lan, service):
    """(dossier whose paper hangs the renderer, another): the Mẫu 01 of each waits."""
    both = [factories.a_filed(binh, service) for _ in range(2)]
    Dossier.objects.filter(pk=both[0].pk).update(owner_name="HANG")
    for dossier in both:
        accept(dossier, lan)
    Slip.objects.exclude(kind="mau01").update(done_at=timezone.now(), sha256="-")
    return both


def test_a_hanging_renderer_is_stopped_and_the_dossier_goes_on(waiting, lan, monkeypatch, settings):
    hanging, fine = waiting
    settings.JOB_TIMEOUT = timedelta(seconds=8)  # the child that comes after imports anew
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "write_pdf", guarded.hanging_pdf)
        report = drain(Slip.objects.all(), slips.render, limit=2)
    assert (report.retried, report.done) == (1, 1)
    assert fine.slips.ready().get(kind="mau01").stored_name

    actions.forward(hanging, by=lan, at=timezone.now())
    assert hanging.get_status_display() == "Đang xử lý"

    later = timezone.now() + timedelta(hours=1)
    assert drain(Slip.objects.all(), slips.render, now=later).done == 1
    assert hanging.slips.get(kind="mau01").attempts == 2


def test_without_the_limit_the_others_would_wait_for_it(monkeypatch):
    """The twin: the guard is the child's time limit, here so far away that it is none."""
    monkeypatch.setattr(pdf, "write_pdf", guarded.hanging_pdf)
    worker = threading.Thread(target=_quietly, daemon=True)
    worker.start()
    worker.join(2 * LIMIT)
    assert worker.is_alive()
    jobs._child.process.kill()
    worker.join(10)


def _quietly():
    with contextlib.suppress(jobs.JobError):
        jobs.run_guarded(guarded.hanging_pdf, "HANG", "/", "slip", timeout=3600)


def most_memory(during):
    """MB that this process's children held at most while `during()` ran."""
    most, over = [0.0], threading.Event()

    def look():
        while not over.wait(0.02):
            for child in psutil.Process().children():
                try:
                    most.append(child.memory_info().rss / 2**20)
                except psutil.NoSuchProcess:
                    pass

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        during()
    finally:
        over.set()
        watcher.join()
    return max(most)


def endless():
    rows = [HANDS[n % 2] | {"no": n} for n in range(4000)]  # more than 500 pages
    with pytest.raises(jobs.JobError):
        render_pdf("slips/control_2025.html", forms_context(rows=rows), variant="slip")


def test_a_paper_of_five_hundred_pages_is_given_up_within_its_memory(settings):
    settings.JOB_TIMEOUT = timedelta(seconds=5)
    assert most_memory(endless) < 400


def test_a_paper_that_swells_is_stopped_by_its_memory(settings, monkeypatch):
    settings.JOB_TIMEOUT = timedelta(seconds=30)
    monkeypatch.setattr(pdf, "write_pdf", guarded.swelling_pdf)
    assert most_memory(endless) < 400


def test_without_the_memory_limit_it_takes_what_there_is(settings, monkeypatch):
    """The twin of the one before."""
    settings.JOB_TIMEOUT = timedelta(seconds=30)
    monkeypatch.setattr(pdf, "write_pdf", guarded.swelling_pdf)
    monkeypatch.setattr(pdf, "MEMORY_MB", 4096)
    assert most_memory(endless) > 512
