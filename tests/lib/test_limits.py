"""Rate limits: exactly so many pass, whoever asks at once, whatever headers they invent."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import F
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from portal.lib import limits
from portal.lib.models import Hit

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def hit(key="binh", after=0, limit=3):
    now = NOON + timedelta(seconds=after)
    return limits.hit("tra-cuu", key, limit=limit, period=MINUTE, now=now)


def passed_of_fifty(limit):
    """How many of fifty threads that start together are let through."""
    ready, verdicts = threading.Barrier(50), []

    def run():
        try:
            ready.wait(20)
            verdicts.append(hit(limit=limit).allowed)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(verdicts) == 50
    return sum(verdicts)


@pytest.mark.both
@pytest.mark.django_db
def test_the_limit_passes_and_no_more():
    assert [hit().allowed for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.both
@pytest.mark.django_db
def test_a_new_window_opens_when_the_old_one_ends():
    for _ in range(4):
        hit()
    assert [hit(after=59).allowed, hit(after=60).allowed, Hit.objects.get().count] == [
        False,
        True,
        1,
    ]


@pytest.mark.django_db
def test_the_wait_runs_to_the_end_of_the_window():
    for n in range(3):
        hit(after=n)
    assert hit(after=20.5) == limits.Verdict(False, 40)


@pytest.mark.django_db
def test_knocking_does_not_prolong_the_wait():
    for n in range(50):
        hit(after=n)
    assert hit(after=61).allowed


@pytest.mark.django_db
def test_a_clock_set_back_does_not_lock_anybody_out_for_long():
    for _ in range(3):
        hit(after=3600)
    assert hit().retry_after == 60


@pytest.mark.django_db
def test_people_and_places_are_counted_apart():
    for _ in range(4):
        hit("binh")
    elsewhere = limits.hit("dang-nhap", "binh", limit=1, period=MINUTE, now=NOON)
    assert (hit("người lạ").allowed, elsewhere.allowed) == (True, True)


@pytest.mark.django_db
def test_keys_are_stored_hashed():
    hit("0912345678")
    assert "0912345678" not in repr(Hit.objects.values().get())


@pytest.mark.django_db
def test_a_hit_that_passes_costs_one_statement(django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            hit()


@pytest.mark.parametrize(("limit", "period"), [(0, MINUTE), (1, timedelta()), (1, 1441 * MINUTE)])
def test_senseless_limits_are_refused(limit, period):
    with pytest.raises(ValueError):
        limits.hit("x", "y", limit=limit, period=period)


@pytest.mark.django_db
def test_old_windows_are_purged():
    hit("binh", after=-3 * 86400)
    hit("lan")
    assert (limits.purge(NOON), Hit.objects.count()) == (1, 1)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("earlier", [False, True], ids=["first hits", "row is there"])
def test_of_fifty_at_once_exactly_the_limit_passes(earlier):
    if earlier:
        hit(after=-3600)
    assert passed_of_fifty(limit=7) == 7


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_twin_without_the_one_statement_more_pass(monkeypatch):
    everybody_looked = threading.Barrier(50)

    def read_then_write(mine, limit, period, now):
        count = Hit.objects.get(**mine).count
        everybody_looked.wait(20)
        if count >= limit:
            return False
        Hit.objects.filter(**mine).update(count=F("count") + 1)
        return True

    hit()
    monkeypatch.setattr(limits, "_let_through", read_then_write)
    assert passed_of_fifty(limit=7) - 6 > 0


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "ip"),
    [
        (0, "203.0.113.5", "198.51.100.1", "203.0.113.5"),
        (1, "10.0.0.1", "203.0.113.5", "203.0.113.5"),
        (1, "10.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        (2, "10.0.0.1", "1.2.3.4, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (2, "10.0.0.1", "203.0.113.5", "10.0.0.1"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "unknown", "10.0.0.1"),
        (1, "", "203.0.113.5", "203.0.113.5"),
        (0, "", None, ""),
        (0, "::ffff:203.0.113.5", None, "203.0.113.5"),
        (0, "2001:db8::1", None, "2001:db8::1"),
    ],
)
def test_whose_address_counts(rf, settings, proxies, remote, forwarded, ip):
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert limits.client_ip(rf.get("/", headers=headers, REMOTE_ADDR=remote)) == ip


def test_an_ipv6_household_is_one_caller(rf):
    ips = [limits.network(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{n}")) for n in (1, "beef:1")]
    assert ips == ["2001:db8:1:2::/64"] * 2


def test_an_ipv4_address_is_one_caller(rf):
    assert limits.network(rf.get("/", REMOTE_ADDR="203.0.113.5")) == "203.0.113.5"


def page(request):
    return HttpResponse("ok")


@pytest.mark.django_db
def test_a_limited_view_answers_429_in_vietnamese(rf):
    view = limits.limited("x", limit=1, period=MINUTE)(page)
    replies = [view(rf.post("/")) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 429]
    assert 1 <= int(replies[1]["Retry-After"]) <= 60
    assert "quá nhanh" in replies[1].content.decode()


@pytest.mark.django_db
def test_reading_is_not_limited_unless_asked(rf):
    view = limits.limited("x", limit=1, period=MINUTE)(page)
    assert [view(rf.get("/")).status_code for _ in range(3)] == [200] * 3


@pytest.mark.django_db
def test_reading_is_limited_when_asked(rf):
    view = limits.limited("x", limit=1, period=MINUTE, methods=("GET",))(page)
    assert [view(rf.get("/")).status_code for _ in range(2)] == [200, 429]


@pytest.mark.django_db
def test_a_key_of_ones_own(rf):
    by_mail = limits.limited("x", limit=1, period=MINUTE, key=lambda r: r.POST.get("email"))(page)
    mails = ["binh@example.vn", "lan@example.vn", "binh@example.vn"]
    assert [by_mail(rf.post("/", {"email": m})).status_code for m in mails] == [200, 200, 429]


@pytest.mark.django_db
def test_no_key_no_limit(rf):
    view = limits.limited("x", limit=1, period=MINUTE, key=lambda r: None)(page)
    assert [view(rf.post("/")).status_code for _ in range(3)] == [200] * 3


def test_marks_of_the_view_are_kept():
    view = limits.limited("x", limit=1, period=MINUTE)(csrf_exempt(login_not_required(page)))
    assert (view.csrf_exempt, view.login_required, view.__name__) == (True, False, "page")
