"""Many workers at one outbox: each row goes to one of them."""

import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from notices.models import Notice
from portal.lib import outbox

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
PROCESS = Path(__file__).with_name("outbox_process.py")


def letters(count):
    Notice.objects.bulk_create(
        Notice(
            key=f"thu-{n}", channel="portal", kind="test", subject="", body="", available_at=NOON
        )
        for n in range(count)
    )


def at_once(count, work):
    """Run `work` in `count` threads, each with its own connection; their results."""
    results, errors = [], []

    def run():
        try:
            results.append(work())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    return results


def claimed_by_four(rounds, claim):
    """How many claims one single row got in each of `rounds` races, minus the one it may have."""
    letters(rounds)
    too_many = 0
    for n in range(rounds):
        rows = Notice.objects.filter(key=f"thu-{n}")
        too_many += sum(len(found) for found in at_once(4, lambda rows=rows: claim(rows))) - 1
    return too_many


def claim(rows):
    return rows.claim(1, timedelta(minutes=1), NOON)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_eight_threads_share_two_hundred_rows():
    letters(200)
    handled = []
    reports = at_once(
        8,
        lambda: outbox.drain(
            Notice.objects.all(), lambda row: handled.append(row.key), limit=200, now=NOON
        ),
    )
    assert sorted(handled) == sorted(f"thu-{n}" for n in range(200))
    assert sum(report.done for report in reports) == 200


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_of_four_who_want_one_row_one_gets_it():
    assert claimed_by_four(10, claim) == 0


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_twin_without_the_row_lock_several_get_it(monkeypatch):
    everybody_looked = threading.Barrier(4)

    def look_without_lock(rows, **_):
        seen = list(rows[:1])
        everybody_looked.wait(10)
        return seen

    monkeypatch.setattr(outbox.OutboxQuerySet, "select_for_update", look_without_lock)
    assert claimed_by_four(5, claim) > 0


@pytest.mark.both
def test_three_processes_share_a_sqlite_file(tmp_path):
    base = [sys.executable, str(PROCESS), str(tmp_path / "outbox.sqlite3")]
    subprocess.run([*base, "fill", "60"], check=True, timeout=30)
    journal = tmp_path / "journal"
    drains = [subprocess.Popen([*base, "drain", str(journal)]) for _ in range(3)]
    assert [process.wait(30) for process in drains] == [0, 0, 0]
    handled = Counter(line.split()[1] for line in journal.read_text().splitlines())
    assert handled == {f"thu-{n}": 1 for n in range(60)}
