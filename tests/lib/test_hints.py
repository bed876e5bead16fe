"""Hints never keep anybody waiting, whatever the broker does."""

import os
import socket
import threading
import time

import pytest
from celery import Celery
from django.db import transaction

from portal.lib import hints, outbox

REAL_SEND = hints.send  # tests/conftest.py replaces it


@pytest.fixture(autouse=True)
def fresh_sender(monkeypatch):
    senders = {}
    monkeypatch.setattr(hints, "_senders", senders)
    yield
    for sender in senders.values():  # its thread lives on: leave it nothing to do
        sender.turns.later.clear()
        with sender.notes.mutex:
            sender.notes.queue.clear()


@pytest.fixture
def stuck_sending(fresh_sender, monkeypatch):
    """The broker takes the first hint and does not come back."""
    back = threading.Event()
    monkeypatch.setattr(hints, "send", lambda *args: back.wait())
    yield
    with hints._senders[os.getpid()].notes.mutex:
        hints._senders[os.getpid()].notes.queue.clear()
    back.set()


@pytest.fixture
def sent(monkeypatch):
    """What reached the broker; `sent.wait(n)` waits for n hints."""

    class Sent(list):
        def wait(self, n):
            end = time.monotonic() + 5
            while len(self) < n and time.monotonic() < end:
                time.sleep(0.005)
            return list(self)

    sent = Sent()
    monkeypatch.setattr(hints, "send", lambda name, kwargs: sent.append((name, kwargs)))
    return sent


@pytest.fixture
def silent_broker(monkeypatch):
    """A Redis that accepts connections and never says a word."""
    server = socket.create_server(("127.0.0.1", 0))
    app = Celery(broker=f"redis://127.0.0.1:{server.getsockname()[1]}/0", set_as_current=False)
    monkeypatch.setattr(hints, "current_app", app)
    monkeypatch.setattr(hints, "send", REAL_SEND)
    yield
    server.close()


@pytest.mark.django_db
def test_a_hint_goes_out_after_the_commit(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        outbox.hint("notices.tasks.drain_notices", limit=5)
    assert sent.wait(1) == [("notices.tasks.drain_notices", {"limit": 5})]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_hint_along(sent):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.hint("a.task")
        raise ZeroDivisionError
    outbox.hint("b.task")
    assert sent.wait(1) == [("b.task", {})]


def test_what_celery_is_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(
        hints,
        "current_app",
        type("App", (), {"send_task": lambda self, *a, **k: asked.append(k)})(),
    )
    REAL_SEND("a.task", {"limit": 1})
    assert asked == [{"kwargs": {"limit": 1}, "expires": 30, "ignore_result": True, "retry": False}]


@pytest.mark.django_db(transaction=True)
def test_a_hanging_broker_does_not_slow_the_caller(silent_broker):
    began = time.perf_counter()
    for n in range(2000):  # twice what the queue holds
        outbox.hint("a.task", n=n)
    assert time.perf_counter() - began < 1  # waiting for the broker once costs 20 s and more


def test_a_full_queue_drops(stuck_sending):
    for n in range(1500):
        hints._put(("a.task", f'{{"n": {n}}}'))
    assert 999 <= hints._senders[os.getpid()].notes.qsize() <= 1000


def test_a_hint_already_queued_is_enough(stuck_sending):
    for _ in range(100):
        hints._put(("a.task", "{}"))
    assert hints._senders[os.getpid()].notes.qsize() <= 1


def test_the_same_hint_many_times_at_once_goes_out_twice(sent, monkeypatch):
    """The first at once; what comes after it is told once, so that nothing is missed."""
    monkeypatch.setattr(hints, "GAP_SECONDS", 1.5)
    hints._put(("a.task", "{}"))
    sent.wait(1)
    for _ in range(50):
        hints._put(("a.task", "{}"))
    sent.wait(2)
    time.sleep(0.2)
    assert len(sent) == 2


def test_another_hint_does_not_wait_for_the_first_ones_turn(sent, monkeypatch):
    monkeypatch.setattr(hints, "GAP_SECONDS", 60)
    hints._put(("a.task", "{}"))
    sent.wait(1)
    hints._put(("a.task", "{}"))
    hints._put(("b.task", "{}"))
    assert sent.wait(2)[1:] == [("b.task", {})]


def test_a_hint_that_waits_for_its_turn_goes_by_itself(sent):
    for count in (1, 2):
        hints._put(("a.task", "{}"))
        assert len(sent.wait(count)) == count


def test_the_thread_outlives_an_error(monkeypatch, sent):
    def send(name, kwargs):
        if name == "bad.task":
            raise OSError("broker away")
        sent.append(name)

    monkeypatch.setattr(hints, "send", send)
    hints._put(("bad.task", "{}"))
    hints._put(("good.task", "{}"))
    assert sent.wait(1) == ["good.task"]


@pytest.mark.django_db
def test_a_hint_never_raises(sent, caplog):
    outbox.hint("a.task", thing=object())
    assert "no hint for a.task" in caplog.text


def test_a_forked_child_sends_with_a_thread_of_its_own(sent, monkeypatch):
    hints._put(("parent.task", "{}"))
    sent.wait(1)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(hints, "send", lambda name, kwargs: os.write(writes, name.encode()))
        hints._put(("child.task", "{}"))
        time.sleep(0.2)  # its thread has that long
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        told = pipe.read(10)
    os.waitpid(child, 0)
    assert told == b"child.task"
