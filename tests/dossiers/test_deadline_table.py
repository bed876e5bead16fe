"""The deadline engine against deadlines.csv, counted by hand; and what must hold for any ledger."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import deadlines
from dossiers.models import ClockEntry
from portal.lib.calendar import WorkCalendar
from tests.factories import VN

# Facts of the yearly notices as the package `holidays` 0.109 has them (language "vi"), 2025–2029.
OFF = """
    2025-04-30 2025-05-01 2025-05-02 2026-01-01 2026-02-16 2026-02-17 2026-02-18 2026-02-19
    2026-02-20 2026-04-26 2026-04-27 2026-04-30 2026-05-01 2026-08-31 2026-09-01 2026-09-02
    2026-11-24 2027-01-01 2027-02-04 2027-02-05 2027-02-06 2027-02-07 2027-02-08 2027-02-09
    2027-02-10 2027-04-16 2027-04-30 2027-05-01 2027-05-03 2027-09-02 2027-09-03 2027-11-24
    2028-01-01 2028-01-03 2028-01-24 2028-01-25 2028-01-26 2028-01-27 2028-01-28 2028-01-29
    2028-04-04 2028-04-30 2028-05-01 2028-05-02 2028-09-01 2028-09-02 2028-09-04 2028-11-24"""
DAYS_OFF = frozenset(map(date.fromisoformat, OFF.split()))
MAKEUP = frozenset({date(2025, 4, 26), date(2026, 8, 22)})
WHOLE = ((time(7), time(11, 30)), (time(13, 30), time(17)))
CALENDARS = {
    "HC": WorkCalendar(DAYS_OFF, MAKEUP, WHOLE),
    "S": WorkCalendar(DAYS_OFF, MAKEUP, WHOLE, "half", True),
    "K": WorkCalendar(DAYS_OFF, MAKEUP, WHOLE, "half", False),
    "C": WorkCalendar(DAYS_OFF, MAKEUP, WHOLE, "full", True),
    "NG": WorkCalendar(DAYS_OFF, MAKEUP, ((time(7, 30), time(11, 30)),)),
}
UNITS = {"n": "working_day", "g": "hour", "l": "calendar_day", "t": "month"}


def table():
    text = Path(__file__).with_name("deadlines.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")][1:]
    return [line.split(";", 3) for line in lines]


def moment(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VN)


def an_entry(text):
    """`kind day time`, and the term (3n) or the day named (day time) behind it."""
    kind, day, clock, *rest = text.split()
    entry = ClockEntry(kind=kind, at=moment(f"{day} {clock}"))
    if len(rest) == 1:
        entry.time, entry.unit = int(rest[0][:-1]), UNITS[rest[0][-1]]
    elif rest:
        entry.until = moment(" ".join(rest))
    return entry


def due_of(calendar, entries):
    first = entries[0]
    if first.kind == "intake":
        return deadlines.intake_due(calendar, first.at, first.time)
    return deadlines.read(entries, calendar).due_at


@pytest.mark.parametrize(("agency", "told", "due", "count"), table())
def test_the_due_date_is_the_one_counted_by_hand(agency, told, due, count):
    entries = [an_entry(one) for one in told.split("|")]
    assert due_of(CALENDARS[agency], entries) == moment(due), count


def test_the_table_is_long_and_says_each_thing_once():
    rows = table()
    assert len(rows) >= 60
    assert len({(agency, told) for agency, told, *_ in rows}) == len(rows)
    assert all(len(count.split()) > 2 for *_, count in rows)


def test_the_server_may_live_in_utc():
    """What the database gives back are moments in UTC."""
    for agency, told, due, count in table():
        entries = [an_entry(one) for one in told.split("|")]
        for entry in entries:
            entry.at = entry.at.astimezone(UTC)
        assert due_of(CALENDARS[agency], entries) == moment(due), count


# --- whatever the ledger says ---------------------------------------------------------------------

# Any minute of 2026 and of 2027 till October; st.datetimes takes a second for its first draw.
MOMENTS = st.integers(0, 638 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=VN) + timedelta(minutes=minutes)
)
AGENCIES = st.sampled_from(list(CALENDARS.values()))
TERMS = st.sampled_from(list(UNITS.values()))
WAITS = st.integers(0, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
BACK = st.integers(-60, 0).map(lambda minutes: timedelta(minutes=minutes))


def start(at, number, unit):
    return ClockEntry(kind="start", at=at, time=number, unit=unit)


def paused(at, number, unit, before, wait):
    first = at + before
    ticks = [ClockEntry(kind="pause", at=first), ClockEntry(kind="resume", at=first + wait)]
    return [start(at, number, unit), *ticks]


@given(AGENCIES, MOMENTS, st.integers(1, 90), TERMS)
def test_a_longer_term_never_ends_sooner(calendar, at, number, unit):
    one, more = (deadlines.add_term(calendar, at, n, unit) for n in (number, number + 1))
    assert one <= more


@given(AGENCIES, MOMENTS, st.integers(1, 90), TERMS, WAITS, WAITS)
def test_a_due_date_lies_in_working_time(calendar, at, number, unit, before, wait):
    due = deadlines.read(paused(at, number, unit, before, wait), calendar).due_at
    assert any(opens <= due.time() <= closes for opens, closes in calendar.hours(due.date()))


@given(AGENCIES, MOMENTS, st.integers(1, 90), TERMS, WAITS, WAITS)
def test_a_pause_never_brings_the_day_nearer(calendar, at, number, unit, before, wait):
    entries = paused(at, number, unit, before, wait)
    first = deadlines.read(entries[:1], calendar).due_at
    assert deadlines.read(entries, calendar).due_at >= first


@given(AGENCIES, MOMENTS, st.integers(1, 90), TERMS, WAITS, WAITS)
def test_what_a_pause_adds_is_the_working_time_waited(calendar, at, number, unit, before, wait):
    """Added, then counted back."""
    entries = paused(at, number, unit, before, wait)
    first = deadlines.read(entries[:1], calendar).due_at
    waited = calendar.working_seconds(entries[1].at, entries[2].at)
    moved = deadlines.read(entries, calendar).due_at
    assert calendar.working_seconds(first, moved) == waited


@given(AGENCIES, MOMENTS, st.integers(1, 90), TERMS, WAITS)
def test_a_reset_counts_as_if_it_began_then(calendar, at, number, unit, wait):
    again = ClockEntry(kind="reset", at=at + wait, time=number, unit=unit)
    due = deadlines.read([start(at, number, unit), again], calendar).due_at
    assert due == deadlines.add_term(calendar, at + wait, number, unit)


@given(AGENCIES, MOMENTS, st.integers(1, 30), BACK)
def test_a_clock_set_back_makes_no_negative_wait(calendar, at, number, back):
    entries = paused(at, number, "working_day", timedelta(hours=5), back)
    first = deadlines.read(entries[:1], calendar).due_at
    turns = list(deadlines.walk(entries, calendar))
    assert (turns[-1].due, turns[-1].waited) == (first, 0)


@given(AGENCIES, MOMENTS, st.integers(1, 60))
def test_the_server_in_utc_counts_the_same(calendar, at, hours):
    same = at.astimezone(UTC)
    assert calendar.add_hours(at, Decimal(hours)) == calendar.add_hours(same, Decimal(hours))
