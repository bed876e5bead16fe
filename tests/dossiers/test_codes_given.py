"""R15: numbers of codes and slips: each once, without a gap, by the day and the year of Hà Nội."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.models import Counter, Dossier
from procedures.models import Service
from tests import factories
from tests.factories import VN

THREADS = 50
SCOPE, DAY = "code/000.01.15.H37", "20260310"


def all_at_once(take: Callable[[], int]) -> list[int]:
    """What those got who kept theirs: every fifth goes back on it."""
    together, got = threading.Barrier(THREADS), []

    def one(number: int) -> None:
        together.wait(30)
        try:
            with transaction.atomic():
                taken = take()
                if number % 5 == 0:
                    raise RuntimeError("power cut")
            got.append(taken)
        except RuntimeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(got)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_fifty_numbers_without_a_gap() -> None:
    got = all_at_once(lambda: Counter.objects.take(SCOPE, DAY))
    assert got == list(range(1, THREADS - THREADS // 5 + 1))


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_counted_without_the_rows_lock_two_get_the_same() -> None:
    """The twin: everybody reads the last number and writes the next."""
    Counter.objects.create(scope=SCOPE, period=DAY)
    looked = threading.Barrier(THREADS)

    def take() -> int:
        last = Counter.objects.get(scope=SCOPE, period=DAY)
        looked.wait(30)
        Counter.objects.filter(pk=last.pk).update(value=last.value + 1)
        return last.value + 1

    assert len(set(all_at_once(take))) == 1


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (datetime(2026, 3, 10, 23, 59, 59, tzinfo=VN), "000.01.15.H37-260310-0002"),
        (datetime(2026, 3, 11, 0, 0, 0, tzinfo=VN), "000.01.15.H37-260311-0001"),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=VN), "000.01.15.H37-261231-0001"),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=VN), "000.01.15.H37-270101-0001"),
    ],
)
def test_numbers_begin_anew_with_the_day(
    filed: Dossier, binh: User, service: Service, at: datetime, code: str
) -> None:
    assert filed.code == "000.01.15.H37-260310-0001"
    later = factories.a_full_draft(binh, service)
    assert actions.submit(later, by=binh, at=at).code == code


def test_after_a_restore_no_number_of_today_is_given_again(
    db: None, binh: User, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    now, earlier = timezone.now(), f"{factories.MORNING:%Y%m%d}"
    Counter.objects.create(scope=SCOPE, period=earlier, value=7)
    # The backup knows of one filing; those after it are lost, but on paper.
    actions.submit(factories.a_full_draft(binh, service), by=binh, at=now)
    call_command("skip_numbers", "500")
    draft = factories.a_full_draft(binh, service)
    assert str(actions.submit(draft, by=binh, at=now).code).endswith("-0502")
    assert Counter.objects.get(scope=SCOPE, period=earlier).value == 7
    assert "1 bộ đếm" in capsys.readouterr().out


@pytest.mark.parametrize("count", ["0", "-5", "9001", "nhiều"])
def test_only_a_sensible_count_is_taken(db: None, count: str) -> None:
    with pytest.raises(CommandError):
        call_command("skip_numbers", count)
