"""The outbox: nothing lost, nothing sent by two at a time, poison keeps to itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from notices.models import Notice
from portal.lib import outbox
from portal.lib.errors import Final, Retryable, Unknown

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
LEASE = timedelta(seconds=10)


def seconds(n):
    return timedelta(seconds=n)


def letter(key, **fields):
    return Notice.objects.create(
        key=key, channel="portal", kind="test", subject=key, body="", available_at=NOON, **fields
    )


def drain(handle, rows=None, now=NOON):
    return outbox.drain(rows or Notice.objects.all(), handle, lease=LEASE, now=now)


def failing(error):
    def handle(row):
        raise error

    return handle


def held_by_two(key="thu-1"):
    """Lan's claim has run out and Hùng holds the row now, 11 seconds later."""
    letter(key)
    (lan,) = Notice.objects.claim(1, LEASE, NOON)
    (hung,) = Notice.objects.claim(1, LEASE, NOON + seconds(11))
    return lan, hung


def test_a_due_row_is_handled_and_done():
    letter("thu-1")
    sent = []
    report = drain(lambda row: sent.append(row.key))
    assert (sent, report.done, Notice.objects.waiting().count()) == (["thu-1"], 1, 0)


def test_a_done_row_keeps_no_lease():
    letter("thu-1")
    drain(lambda row: None)
    row = Notice.objects.get()
    assert (row.lease_token, row.leased_until, row.attempts) == (None, None, 1)


def test_a_row_whose_time_has_not_come_waits():
    Notice.objects.filter(pk=letter("thu-1").pk).update(available_at=NOON + seconds(1))
    assert Notice.objects.claim(10, LEASE, NOON) == []


def test_a_held_row_is_nobody_elses():
    letter("thu-1")
    Notice.objects.claim(10, LEASE, NOON)
    assert Notice.objects.claim(10, LEASE, NOON + seconds(9)) == []


def test_a_claim_takes_the_oldest_and_no_more_than_asked():
    for n in range(4):
        letter(f"thu-{n}")
        Notice.objects.filter(key=f"thu-{n}").update(available_at=NOON - seconds(n))
    assert [row.key for row in Notice.objects.claim(2, LEASE, NOON)] == ["thu-3", "thu-2"]


def test_a_claim_keeps_to_the_filter_of_its_queryset(django_user_model):
    letter("thu-1")
    letter("thu-2")
    rows = Notice.objects.filter(key="thu-2").select_related("user")
    assert [row.key for row in rows.claim(10, LEASE, NOON)] == ["thu-2"]


def test_a_filter_over_an_optional_relation_can_be_claimed():
    letter("thu-1")
    nobodys = Notice.objects.exclude(user__email="lan@example.vn")
    assert len(nobodys.claim(10, LEASE, NOON)) == 1


def test_a_lease_that_ran_out_is_taken_over_and_its_first_holder_writes_nothing():
    lan, hung = held_by_two()
    assert (lan.settle_done(NOON + seconds(12)), hung.settle_done(NOON + seconds(13))) == (
        False,
        True,
    )


def test_what_a_vanished_holder_left_may_have_arrived():
    lan, hung = held_by_two()
    assert (lan.may_have_arrived, hung.may_have_arrived) == (False, True)


def still_held_by_hung(lan, hung):
    """Lan comes back late; does a third worker get the row while Hùng is sending?"""
    lan.settle_retry("chậm", NOON + seconds(12), seconds(0))
    return Notice.objects.claim(1, LEASE, NOON + seconds(13)) == []


def test_a_late_comer_does_not_free_the_row_for_a_third():
    assert still_held_by_hung(*held_by_two())


def test_twin_without_the_token_the_row_is_sent_by_two_at_a_time(monkeypatch):
    monkeypatch.setattr(Notice, "_mine", lambda row: Notice.objects.filter(pk=row.pk))
    damage = sum(not still_held_by_hung(*held_by_two(f"thu-{n}")) for n in range(5))
    assert damage == 5


def test_a_row_never_claimed_cannot_be_settled():
    assert not letter("thu-1").settle_done(NOON)


def test_retryable_comes_again_later():
    letter("thu-1")
    report = drain(failing(Retryable("máy chủ bận")))
    row = Notice.objects.get()
    assert (report.retried, row.last_error, row.outcome) == (1, "máy chủ bận", "")
    assert seconds(1) <= row.available_at - NOON < seconds(3)


def test_the_partners_retry_after_is_respected():
    letter("thu-1")
    drain(failing(Retryable("máy chủ bận", retry_after=120)))
    assert seconds(120) <= Notice.objects.get().available_at - NOON < seconds(133)


def test_nobody_makes_us_wait_longer_than_an_hour():
    letter("thu-1")
    drain(failing(Retryable("máy chủ bận", retry_after=1e9)))
    assert Notice.objects.get().available_at - NOON < seconds(3601)


def test_final_is_dead_and_waits_for_a_person():
    letter("thu-1")
    report = drain(failing(Final("địa chỉ không có thật")))
    row = Notice.objects.dead().get()
    assert (report.dead, row.last_error) == (1, "địa chỉ không có thật")
    assert Notice.objects.claim(10, LEASE, NOON + timedelta(days=9)) == []


def test_unknown_is_asked_for_before_it_is_sent_again():
    letter("thu-1")
    drain(failing(Unknown("mất liên lạc")))
    seen = []
    drain(lambda row: seen.append(row.may_have_arrived), now=NOON + seconds(60))
    assert seen == [True]


def test_a_refused_connection_does_not_prove_that_the_first_call_was_lost():
    letter("thu-1")
    drain(failing(Unknown("mất liên lạc")))
    drain(failing(Retryable("không kết nối được")), now=NOON + seconds(60))
    assert Notice.objects.get().may_have_arrived


def test_an_unforeseen_error_is_tried_again_as_unknown(caplog):
    letter("thu-1")
    report = drain(failing(KeyError("bug")))
    row = Notice.objects.get()
    assert (report.retried, row.outcome, row.last_error) == (1, "unknown", "Lỗi nội bộ (KeyError)")


def test_a_poison_row_does_not_block_the_others(caplog):
    for n in range(5):
        letter(f"thu-{n}")

    def handle(row):
        if row.key == "thu-0":
            raise RuntimeError("poison")

    report = drain(handle)
    assert (report.done, report.retried) == (4, 1)


def test_a_row_is_given_up_after_its_last_attempt():
    letter("thu-1", attempts=54)
    report = drain(failing(Retryable("máy chủ bận")))
    row = Notice.objects.dead().get()
    assert (report.dead, row.last_error) == (1, "Đã thử 55 lần không được. máy chủ bận")


def test_a_row_that_kills_every_worker_is_given_up_unhandled():
    letter("thu-1", attempts=55)
    handled = []
    report = drain(handled.append)
    assert (report.dead, handled) == (1, [])


def test_a_handler_may_settle_with_its_own_writes():
    letter("thu-1")
    report = drain(lambda row: row.settle_retry("chưa đến lượt", NOON, seconds(30)))
    assert (report.retried, Notice.objects.get().available_at) == (1, NOON + seconds(30))


def test_a_handler_that_lost_its_lease_undoes_its_writes():
    letter("thu-1")

    def handle(row):
        Notice.objects.claim(1, LEASE, NOON + seconds(11))
        with transaction.atomic():
            Notice.objects.filter(pk=row.pk).update(subject="đã gửi")
            if not row.settle_done(NOON):
                raise outbox.LeaseLost

    report = drain(handle)
    assert (report.lost, Notice.objects.get().subject) == (1, "thu-1")


def test_a_rolled_back_settlement_can_be_made_otherwise():
    letter("thu-1")

    def handle(row):
        with transaction.atomic():
            row.settle_done(NOON)
            raise Retryable("ghi không được")

    report = drain(handle)
    assert (report.retried, Notice.objects.get().done_at) == (1, None)


def test_no_row_is_started_after_the_budget():
    letter("thu-1")
    report = outbox.drain(
        Notice.objects.all(), failing(AssertionError()), now=NOON, budget=seconds(0)
    )
    assert (report, Notice.objects.get().attempts) == (outbox.DrainReport(), 0)


def test_errors_of_any_length_and_content_can_be_stored():
    letter("thu-1")
    drain(failing(Retryable("\x00" + "ệ" * 2000)))
    assert Notice.objects.get().last_error == "ệ" * 500


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 1, 2), (5, 16, 32), (55, 1800, 3600)])
def test_the_backoff_doubles_up_to_an_hour(attempts, least, most):
    waits = [outbox.backoff(attempts).total_seconds() for _ in range(200)]
    assert least <= min(waits) < max(waits) <= most


@pytest.mark.parametrize(
    "fields",
    [{"done_at": NOON, "dead_at": NOON}, {"leased_until": NOON}, {"key": "thu-1"}],
    ids=["two ends", "half a lease", "same key"],
)
def test_the_database_refuses(fields):
    letter("thu-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        letter(**{"key": "thu-2"} | fields)


def test_one_claim_costs_the_same_however_many_rows(django_assert_num_queries):
    for n in range(50):
        letter(f"thu-{n}")
    with django_assert_num_queries(5):  # savepoint, select, update, select, release
        Notice.objects.claim(50, LEASE, NOON)
