"""Kill -9 the worker's process group while it sends orders: none lost, none doubled.

Counted in the carrier's own journal: another process, its own file, real TCP. The test plays
beat. `make chaos` (CHAOS_LONG=1) kills 25 times over 100 parcels and adds a partner without key.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from portal.celery import app
from postal.models import Order, OrderAttempt, Parcel
from tests.postal import stories
from tests.postal.carrier import ROOT, carrier_process

LONG = bool(os.environ.get("CHAOS_LONG"))
KILLS, PARCELS = (25, 100) if LONG else (8, 32)
LATER = timedelta(days=1)
PATIENCE = 30  # seconds after the last kill, as R01 asks

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.pg,
    pytest.mark.redis,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def post(tmp_path, settings):
    """Slow after writing the order down: that is where a kill hurts most."""
    with carrier_process(tmp_path) as carrier:
        stories.use_carrier(settings, carrier.url)
        carrier.control("faults", latency=0.05, latency_after=0.25)
        yield carrier


@pytest.fixture
def orders(binh, lan, hung):
    """PARCELS orders, due tomorrow: each round of killing makes a few due now."""
    parcel = Parcel.objects.get(dossier=stories.a_finished(binh, lan, hung))
    stories.copies_of(parcel, PARCELS - 1)
    Order.objects.update(available_at=timezone.now() + LATER)
    return list(Order.objects.order_by("pk").values_list("pk", flat=True))


class Workers:
    """One worker at work and one getting up; every kill takes the older one's whole group."""

    def __init__(self, folder, carrier_url, twin):
        database = connection.settings_dict
        self.queue = f"kills-{uuid4().hex[:8]}"
        env = os.environ | {
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}"
            f"?host={database['HOST']}",
            "POSTAL_VNPOST_URL": carrier_url,
            "VAR_DIR": str(folder / "var"),
            "KILLS_TWIN": "1" if twin else "",
        }
        self.log = (folder / "workers.log").open("ab")
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker_app", self.queue],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.alive = []
        self.stopped = threading.Event()
        self.beat = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self):
        assert self.nursery.stdout.readline() == "READY\n"
        for _ in range(2):
            self.start()
        self.beat.start()
        return self

    def start(self):
        self.nursery.stdin.write("start\n")
        self.nursery.stdin.flush()
        self.alive.append(int(self.nursery.stdout.readline()))

    def kill(self):
        os.killpg(self.alive.pop(0), signal.SIGKILL)

    def _beat(self):
        while not self.stopped.wait(0.2):
            app.send_task("postal.tasks.drain_orders", queue=self.queue, expires=2)

    def __exit__(self, *error):
        self.stopped.set()
        self.beat.join(10)
        while self.alive:
            self.kill()
        self.nursery.stdin.close()
        self.nursery.wait(10)
        self.nursery.stdout.close()
        self.log.close()


def until(check, seconds, what):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"{what} not within {seconds} s"
        time.sleep(0.01)


def kill_and_kill_again(workers, orders, kills):
    """Each round: a few orders come due, a call is under way, the older worker dies in it."""
    for n in range(kills):
        mine = orders[n::kills]
        before = set(OrderAttempt.objects.filter(outcome="").values_list("pk", flat=True))
        Order.objects.filter(pk__in=mine).update(available_at=timezone.now())
        under_way = OrderAttempt.objects.filter(outcome="").exclude(pk__in=before)
        until(under_way.exists, 60, "a call")
        time.sleep(random.uniform(0, 0.3))
        workers.kill()
        workers.start()
    until(lambda: not Order.objects.waiting().exists(), PATIENCE, "all orders sent")


def run(tmp_path, post, orders, *, twin=False, kills=KILLS):
    """(numbers that no parcel carries, parcels too many), from the carrier's journal."""
    with Workers(tmp_path, post.url, twin) as workers:
        kill_and_kill_again(workers, orders, kills)
    numbers = set(Order.objects.values_list("key", flat=True))
    physical = post.physical()
    lost = numbers - set(physical)
    doubled = sum(physical.values()) - len(physical)
    return lost, doubled


def caught_in_the_act():
    """Calls whose maker was killed: they have no outcome to this day."""
    return OrderAttempt.objects.filter(outcome="", kind="create").count()


def test_no_order_is_lost_or_doubled_by_killing_workers(tmp_path, post, orders):
    assert run(tmp_path, post, orders) == (set(), 0)
    assert caught_in_the_act() >= KILLS // 2
    assert OrderAttempt.objects.filter(kind="find", outcome="duplicate").exists()
    assert not Order.objects.dead().exists()


def test_twin_without_key_and_without_asking_orders_are_doubled(tmp_path, post, orders):
    post.control("faults", dedup=False)
    lost, doubled = run(tmp_path, post, orders, twin=True, kills=KILLS // 2)
    assert lost == set() and doubled > 0


if LONG:

    def test_a_partner_without_key_is_not_doubled_either(tmp_path, post, orders):
        """R02: the look-up alone saves us, as long as the lease outlasts what is under way."""
        post.control("faults", dedup=False)
        assert run(tmp_path, post, orders) == (set(), 0)
