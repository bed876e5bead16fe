"""The mail server is away for an hour (R23): people file as ever, and each letter goes out once."""

import email
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from dossiers.models import Dossier
from dossiers.workflow import Status
from notices import sending
from notices.models import Notice
from notices.tasks import drain_notices
from portal.lib.errors import Retryable
from portal.lib.outbox import OutboxQuerySet
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.factories import MORNING
from tests.notices.smtp import MailServer

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)
PEOPLE = 12
# Of real seconds: what a filing may take here, and what one that waits for the server takes.
IN_TIME, WAITS = 3.0, 4.0


class Clock:
    """Runs as clocks do, and can be moved on."""

    def __init__(self) -> None:
        self.at, self.began = MORNING, time.monotonic()

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    def move(self, by: timedelta) -> None:
        """Once nobody is at work any more: no lease runs out by it."""
        wait_for(lambda: not at_work(self()))
        self.at += by


def at_work(now: datetime) -> bool:
    mails = Notice.objects.to_mail()
    return mails.due(now).exists() or mails.exclude(lease_token=None).exists()


def wait_for(done: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "nothing has come of it"
        time.sleep(0.02)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def port(settings) -> int:
    """Of a mail server that is not there."""
    gone = MailServer()
    gone.stop()
    settings.EMAIL_BACKEND = "notices.mail.OutboxBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", gone.port
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 0.3
    return gone.port


@pytest.fixture
def drafts(clock: Clock) -> list[Dossier]:
    """One a person, with everything that filing needs."""
    service = factories.a_service()
    return [factories.a_full_draft(a_citizen(n), service) for n in range(PEOPLE)]


def a_citizen(n: int) -> User:
    return factories.a_person(
        f"Người Dân {n}", f"nguoi{n}@example.vn", phone=f"09120000{n:02d}",
        citizen_id=f"020090{n:06d}", auth_level=1,
    )  # fmt: skip


@contextmanager
def server(port: int, mood: str = "", takes: float = 0.0) -> Iterator[MailServer]:
    running = MailServer(port, mood=mood, takes=takes)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def workers(number: int = 2) -> Iterator[None]:
    """As beat lets them drain, again and again."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            drain_notices()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(20)


def file(draft: Dossier) -> float:
    """By the page's own button; how long it took."""
    browser = pages.as_user(draft.submitter)
    shown = browser.get(pages.url("filing-check", draft))
    began = time.monotonic()
    data = {"cam_doan": "on", "dau": pages.mark_of(shown)}
    assert browser.post(pages.url("filing-check", draft), data).status_code == 302
    return time.monotonic() - began


def statuses() -> set[int]:
    return set(Dossier.objects.values_list("status", flat=True))


def letters(server: MailServer) -> Counter[tuple[str, str]]:
    return Counter((to, email.message_from_bytes(raw)["Message-ID"]) for to, raw in server.taken)


def test_an_hour_without_mail_stops_nobody_and_doubles_nothing(drafts, clock, port, settings):
    took = []
    with workers():
        for draft in drafts[:8]:  # forty minutes in which nobody answers
            took.append(file(draft))
            clock.move(5 * MINUTE)
        with server(port, "silent") as dead:  # twenty in which it answers and says nothing
            for draft in drafts[8:]:
                took.append(file(draft))
                clock.move(5 * MINUTE)
            assert dead.visits and not dead.taken
    assert statuses() == {Status.SUBMITTED} and max(took) < IN_TIME
    waiting = Notice.objects.waiting()
    assert waiting.count() == PEOPLE and min(waiting.values_list("attempts", flat=True)) > 0

    settings.EMAIL_TIMEOUT = 5
    with server(port, takes=0.05) as back, workers():
        for _ in range(12):  # no row waits longer than an hour for its next turn
            clock.move(5 * MINUTE + timedelta(seconds=1))
        wait_for(lambda: not waiting.exists())
    assert sorted(to for to, _ in letters(back)) == sorted(
        f"nguoi{n}@example.vn" for n in range(PEOPLE)
    )
    assert set(letters(back).values()) == {1} and not Notice.objects.dead().exists()


@pytest.mark.parametrize("mood", ["refused", "silent"])
def test_twin_sent_within_the_request_nobody_files(drafts, clock, port, settings, mood) -> None:
    """Without the outbox the filing falls with its letter, and waits for it first."""
    settings.EMAIL_TIMEOUT = WAITS

    def at_once(task: str) -> None:
        sending.send(Notice.objects.latest("pk"))

    began = time.monotonic()
    with patch("notices.actions.hint", at_once), pytest.raises(Retryable):
        if mood == "silent":
            with server(port, "silent"):
                file(drafts[0])
        else:
            file(drafts[0])
    assert statuses() == {Status.DRAFT}
    assert (time.monotonic() - began > IN_TIME) is (mood == "silent")


def test_twin_without_leases_two_workers_send_a_letter_twice(drafts, clock, port, settings):
    settings.EMAIL_TIMEOUT = 5
    with patch.object(OutboxQuerySet, "due", without_leases):
        for draft in drafts[:4]:
            file(draft)
        with server(port, takes=0.3) as back, workers(3):
            wait_for(lambda: not Notice.objects.waiting().exists())
    assert max(letters(back).values()) > 1


def without_leases(self: OutboxQuerySet[Notice], now: datetime) -> OutboxQuerySet[Notice]:
    return self.waiting().filter(available_at__lte=now)
