"""Working time. Every expected moment was counted by hand; the words say how."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.calendar import WorkCalendar

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = ((time(7), time(11, 30)), (time(13, 30), time(17)))
# Days off in law 2026-2027 (data/holidays_vn_2024_2030.csv), Saturdays and Sundays left out of it
# only where the law does not name them.
OFF = frozenset(
    date.fromisoformat(d)
    for d in """
    2026-01-01 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-04-26 2026-04-27
    2026-04-30 2026-05-01 2026-08-31 2026-09-01 2026-09-02 2026-11-24 2027-01-01 2027-02-04
    2027-02-05 2027-02-06 2027-02-07 2027-02-08 2027-02-09 2027-02-10 2027-04-16 2027-04-30
    2027-05-01 2027-05-03 2027-09-02 2027-09-03 2027-11-24""".split()
)
MAKEUP = frozenset({date(2026, 8, 22)})

OFFICE = WorkCalendar(OFF, MAKEUP, HOURS, "", False)
DUTY = WorkCalendar(OFF, MAKEUP, HOURS, "half", False)  # Saturday mornings do not count
HALF = WorkCalendar(OFF, MAKEUP, HOURS, "half", True)
FULL = WorkCalendar(OFF, MAKEUP, HOURS, "full", True)


def at(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=HCM)


WORKING_DAYS = [
    (OFFICE, "2024-03-01 10:00", 3, "2024-03-06 10:00", "Fri; Mon one, Tue two, Wed three"),
    (OFFICE, "2026-03-02 09:00", 1, "2026-03-03 09:00", "Mon is not counted; Tue one"),
    (OFFICE, "2026-02-13 08:00", 1, "2026-02-23 08:00", "Tết: Mon 16 to Fri 20 off, Mon 23 one"),
    (OFFICE, "2026-02-12 15:00", 3, "2026-02-24 15:00", "Fri 13 one, Mon 23 two, Tue 24 three"),
    (OFFICE, "2027-02-03 10:00", 2, "2027-02-12 10:00", "Tết Thu 4 to Wed 10; Thu 11, Fri 12"),
    (OFFICE, "2026-08-21 14:00", 1, "2026-08-22 14:00", "Sat 22 is worked for Mon 31"),
    (OFFICE, "2026-08-28 09:00", 2, "2026-09-04 09:00", "31/8, 1/9, 2/9 off; Thu 3 one, Fri 4 two"),
    (OFFICE, "2026-08-20 09:00", 5, "2026-08-26 09:00", "Fri 1, Sat 22 2, Mon 3, Tue 4, Wed 5"),
    (OFFICE, "2026-08-22 09:00", 1, "2026-08-24 09:00", "begun on the make-up Sat; Mon one"),
    (OFFICE, "2026-08-17 09:00", 15, "2026-09-09 09:00", "18-21 4, 22 5, 24-28 10, 3-4 12, 7-9 15"),
    (OFFICE, "2026-12-30 16:00", 2, "2027-01-04 16:00", "Thu 31 one, Fri 1/1 off, Mon 4/1 two"),
    (OFFICE, "2028-02-28 08:30", 2, "2028-03-01 08:30", "Tue 29/2 one, Wed 1/3 two"),
    (OFFICE, "2026-11-21 10:00", 10, "2026-12-07 10:00", "23 1; 24 off; 25-27 4, 30-4 9, Mon 7 10"),
    (OFFICE, "2026-04-24 09:00", 1, "2026-04-28 09:00", "Giỗ Tổ on Sun 26, so Mon 27 off; Tue one"),
    (OFFICE, "2026-04-29 09:00", 1, "2026-05-04 09:00", "Thu 30/4, Fri 1/5, weekend; Mon 4 one"),
    (OFFICE, "2027-04-29 09:00", 1, "2027-05-04 09:00", "Fri 30/4, Sat 1/5 made up Mon 3; Tue one"),
    (OFFICE, "2026-03-02 12:00", 1, "2026-03-03 13:30", "noon is lunch: Tue at half past one"),
    (OFFICE, "2026-03-02 11:30", 1, "2026-03-03 11:30", "the last minute before lunch stays"),
    (OFFICE, "2026-03-02 05:00", 1, "2026-03-03 07:00", "before opening: Tue at opening"),
    (OFFICE, "2026-03-02 18:45", 1, "2026-03-03 17:00", "after closing: Tue at closing"),
    (OFFICE, "2026-03-06 17:30", 1, "2026-03-09 17:00", "Fri evening; Mon one, at closing"),
    (OFFICE, "2026-03-08 20:00", 1, "2026-03-09 17:00", "begun on Sun; Mon one"),
    (OFFICE, "2026-03-07 09:00", 0, "2026-03-09 07:00", "no days: the next opening, Mon"),
    (DUTY, "2026-03-06 09:00", 1, "2026-03-09 09:00", "Sat duty does not count; Mon one"),
    (DUTY, "2026-03-07 09:00", 1, "2026-03-09 09:00", "handed in on duty Sat; Mon one"),
    (HALF, "2026-03-06 09:00", 1, "2026-03-07 09:00", "Sat morning counts: one"),
    (HALF, "2026-03-06 15:00", 1, "2026-03-07 11:30", "Sat closes at 11:30"),
    (HALF, "2027-02-03 10:00", 1, "2027-02-11 10:00", "the Sat inside Tết is off; Thu 11 one"),
    (HALF, "2026-08-21 15:00", 1, "2026-08-22 15:00", "the make-up Sat is worked in full"),
    (FULL, "2026-03-06 15:00", 2, "2026-03-09 15:00", "Sat one, Mon two"),
]
CALENDAR_DAYS = [
    (OFFICE, "2026-03-02 09:00", 3, "2026-03-05 09:00", "Mon and three: Thu"),
    (OFFICE, "2026-03-02 09:00", 5, "2026-03-09 09:00", "Mon and five: Sat, so Mon"),
    (OFFICE, "2026-02-10 09:00", 7, "2026-02-23 09:00", "Tue 17 is Tết; Mon 23 is the next worked"),
    (OFFICE, "2026-02-28 09:00", 1, "2026-03-02 09:00", "Sun 1/3, so Mon 2"),
    (OFFICE, "2028-02-28 09:00", 1, "2028-02-29 09:00", "2028 has a 29/2, a Tue"),
    (OFFICE, "2026-08-21 09:00", 1, "2026-08-22 09:00", "the make-up Sat is worked"),
    (OFFICE, "2026-12-31 09:00", 1, "2027-01-04 09:00", "Fri 1/1 off, weekend, Mon 4"),
    (OFFICE, "2026-08-17 09:00", 15, "2026-09-03 09:00", "Tue 1/9 and Wed 2/9 off, Thu 3"),
    (OFFICE, "2026-03-02 18:00", 1, "2026-03-03 17:00", "after closing: at closing"),
    (HALF, "2026-03-02 09:00", 5, "2026-03-07 09:00", "Sat morning counts here"),
    (DUTY, "2026-03-02 09:00", 5, "2026-03-09 09:00", "Sat duty does not count"),
]
MONTHS = [
    (OFFICE, "2026-01-31 09:00", 1, "2026-03-02 09:00", "no 31/2: Sat 28, so Mon 2/3"),
    (OFFICE, "2028-02-29 09:00", 12, "2029-02-28 09:00", "2029 has no 29/2: Wed 28"),
    (OFFICE, "2026-11-30 09:00", 3, "2027-03-01 09:00", "no 30/2: Sun 28/2, so Mon 1/3"),
    (OFFICE, "2026-12-15 09:00", 1, "2027-01-15 09:00", "over the year end: Fri 15/1"),
]
IN_HOURS = [
    (OFFICE, "2024-03-01 16:00", 2, "2024-03-04 08:00", "Fri one, Mon one"),
    (OFFICE, "2024-03-01 11:45", 1, "2024-03-01 14:30", "from 13:30"),
    (OFFICE, "2024-03-01 17:30", 8, "2024-03-04 17:00", "all Mon; closing time stays"),
    (OFFICE, "2026-03-02 07:00", 4.5, "2026-03-02 11:30", "the morning; closing time stays"),
    (OFFICE, "2026-03-02 11:00", 1, "2026-03-02 14:00", "half before lunch, half after"),
    (OFFICE, "2026-03-06 16:30", 4, "2026-03-09 10:30", "half on Fri, 3.5 on Mon from 7"),
    (OFFICE, "2026-03-08 10:00", 2, "2026-03-09 09:00", "Sun; Mon 7 to 9"),
    (OFFICE, "2026-02-13 16:00", 8, "2026-02-23 16:00", "1 before Tết; 4.5 and 2.5 after"),
    (OFFICE, "2026-12-31 15:00", 8, "2027-01-04 15:00", "2 in the old year; 4.5 and 1.5"),
    (OFFICE, "2026-08-21 16:00", 8, "2026-08-22 16:00", "1; make-up Sat 4.5 and 2.5"),
    (OFFICE, "2026-03-02 10:00", 16, "2026-03-04 10:00", "Mon 5, Tue 8, Wed 3"),
    (OFFICE, "2026-03-02 16:45", Decimal("0.5"), "2026-03-03 07:15", "15 minutes, 15 minutes"),
    (OFFICE, "2026-03-02 12:00", 0, "2026-03-02 13:30", "nothing to do, but not at lunch"),
    (HALF, "2026-03-06 16:00", 4, "2026-03-07 10:00", "Fri 1, Sat 3"),
    (HALF, "2026-03-06 16:00", 8, "2026-03-09 09:30", "Fri 1, Sat 4.5, Mon 2.5"),
    (DUTY, "2026-03-06 16:00", 4, "2026-03-09 10:00", "Fri 1, Mon 3: Sat duty does not count"),
    (FULL, "2026-03-06 16:00", 8, "2026-03-07 16:00", "Fri 1, Sat 4.5 and 2.5"),
]


@pytest.mark.parametrize(("calendar", "start", "n", "end", "count"), WORKING_DAYS)
def test_working_days(calendar, start, n, end, count):
    assert calendar.add_working_days(at(start), n) == at(end), count


@pytest.mark.parametrize(("calendar", "start", "n", "end", "count"), CALENDAR_DAYS)
def test_calendar_days(calendar, start, n, end, count):
    assert calendar.add_calendar_days(at(start), n) == at(end), count


@pytest.mark.parametrize(("calendar", "start", "n", "end", "count"), MONTHS)
def test_months(calendar, start, n, end, count):
    assert calendar.add_months(at(start), n) == at(end), count


@pytest.mark.parametrize(("calendar", "start", "n", "end", "count"), IN_HOURS)
def test_hours(calendar, start, n, end, count):
    assert calendar.add_hours(at(start), n) == at(end), count


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-03-01 16:00", "2024-03-04 08:00", 2),
        ("2026-03-02 11:30", "2026-03-02 13:30", 0),
        ("2026-03-02 00:00", "2026-03-09 00:00", 40),
        ("2026-02-13 17:00", "2026-02-23 07:00", 0),
        ("2026-03-02 10:00", "2026-03-02 09:00", -1),
        ("2026-03-02 10:00", "2026-03-02 10:00", 0),
    ],
)
def test_working_time_between_two_moments(start, end, hours):
    assert OFFICE.working_seconds(at(start), at(end)) == hours * 3600


@pytest.mark.parametrize(
    ("given_time", "snapped"),
    [
        ("2026-03-02 06:00", "2026-03-02 07:00"),
        ("2026-03-02 08:15", "2026-03-02 08:15"),
        ("2026-03-02 11:30", "2026-03-02 13:30"),
        ("2026-03-02 17:00", "2026-03-03 07:00"),
        ("2026-03-06 17:30", "2026-03-09 07:00"),
        ("2026-02-17 09:00", "2026-02-23 07:00"),
    ],
)
def test_snapping_to_working_time(given_time, snapped):
    assert OFFICE.snap(at(given_time)) == at(snapped)


def test_other_time_zones_are_read_as_vietnamese_time():
    utc = datetime(2024, 3, 1, 3, 0, tzinfo=UTC)  # 10:00 in Hà Nội
    assert OFFICE.add_working_days(utc, 3).isoformat() == "2024-03-06T10:00:00+07:00"


@pytest.mark.parametrize(
    ("calendar", "moment", "closes"),
    [
        (OFFICE, "2026-03-10 09:00", "2026-03-10 17:00"),
        (OFFICE, "2026-03-10 23:59", "2026-03-10 17:00"),
        (OFFICE, "2026-02-14 08:00", "2026-02-23 17:00"),  # Saturday before Tết
        (HALF, "2026-03-14 08:00", "2026-03-14 11:30"),  # a Saturday that counts
    ],
)
def test_a_day_closes(calendar, moment, closes):
    assert calendar.closing(at(moment)) == at(closes)


def test_the_count_can_be_shown_day_by_day():
    lines = OFFICE.explain_days(at("2026-08-20 09:00"), 3)
    assert [(line.date.day, line.counted, line.reason) for line in lines] == [
        (20, False, "Ngày bắt đầu, không tính"),
        (21, True, "Ngày làm việc thứ 1"),
        (22, True, "Ngày làm việc thứ 2 (làm bù)"),
        (23, False, "Chủ nhật"),
        (24, True, "Ngày làm việc thứ 3"),
    ]


def test_the_explanation_names_saturdays_and_holidays():
    lines = OFFICE.explain_days(at("2026-08-28 09:00"), 1)
    assert [line.reason for line in lines[1:4]] == ["Thứ Bảy", "Chủ nhật", "Ngày nghỉ lễ, nghỉ bù"]


@pytest.mark.parametrize(
    "add", ["add_working_days", "add_calendar_days", "add_months", "add_hours"]
)
def test_limits_are_not_negative(add):
    with pytest.raises(ValueError, match="negative"):
        getattr(OFFICE, add)(at("2026-03-02 09:00"), -1)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.add_working_days(datetime(2026, 3, 2), 1)  # noqa: DTZ001


def test_a_calendar_that_never_opens_is_refused():
    closed = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800))
    with pytest.raises(ValueError, match="no working day"):
        WorkCalendar(closed, frozenset(), HOURS).add_hours(at("2026-03-02 09:00"), 1)


@pytest.mark.parametrize("segments", [(), ((time(9), time(8)),), tuple(reversed(HOURS))])
def test_opening_hours_must_rise(segments):
    with pytest.raises(ValueError, match="rising"):
        WorkCalendar(frozenset(), frozenset(), segments)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1), timezones=st.just(HCM))
CALENDARS = st.sampled_from([OFFICE, DUTY, HALF, FULL])


@given(CALENDARS, MOMENTS, st.integers(1, 2000))
def test_minutes_added_are_the_minutes_between(calendar, start, minutes):
    end = calendar.add_hours(start, Decimal(minutes) / 60)
    assert calendar.working_seconds(start, end) == minutes * 60


@given(CALENDARS, MOMENTS, st.integers(1, 60))
def test_the_explanation_ends_on_the_due_day(calendar, start, n):
    lines = calendar.explain_days(start, n)
    due = calendar.add_working_days(start, n)
    assert (lines[-1].date, sum(line.counted for line in lines)) == (due.date(), n)


@given(CALENDARS, MOMENTS, st.integers(1, 60))
def test_a_longer_limit_ends_later(calendar, start, n):
    assert calendar.add_working_days(start, n) < calendar.add_working_days(start, n + 1)


@given(CALENDARS, MOMENTS, st.integers(1, 400))
def test_no_limit_ends_outside_working_time(calendar, start, n):
    for end in (calendar.add_calendar_days(start, n), calendar.add_working_days(start, n)):
        assert any(a <= end.time() <= b for a, b in calendar.hours(end.date()))
