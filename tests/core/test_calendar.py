"""Working time, counted by the office's real calendar of 2026."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.calendar import (
    CalendarYearMissing,
    WorkingTime,
    current_version,
    office_time,
    parse_intervals,
    working_time,
)
from apps.core.calendar_years import OFFICE_WEEK, published_days
from apps.core.models import CalendarDay, CalendarYear
from tests import factories

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = {int(day): parse_intervals(rows) for day, rows in OFFICE_WEEK.items()}
EXCEPTIONS = {day: WEEK[0] if worked else () for day, worked, _name in published_days(2026)}
OFFICE = WorkingTime(zone=ZONE, weekly=WEEK, exceptions=EXCEPTIONS, years=frozenset({2026}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday worked for the National Day week
    ],
)
def test_working_day(day, working):
    assert OFFICE.is_working_day(day) is working


def test_makeup_day_is_a_weekend_day_that_is_worked():
    assert OFFICE.is_makeup_day(date(2026, 10, 10))
    assert not OFFICE.is_makeup_day(date(2026, 10, 9))
    assert not OFFICE.is_makeup_day(date(2026, 10, 11))


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("11-23 09:00", 60, "11-23 10:00"),
        ("11-23 11:30", 60, "11-23 14:30"),  # over lunch
        ("11-23 17:00", 60, "11-24 08:30"),  # over night
        ("11-20 17:00", 60, "11-23 08:30"),  # over the weekend
        ("11-21 12:00", 60, "11-23 09:00"),  # filed on Saturday
        ("09-30 17:00", 60, "10-08 08:30"),  # over the National Day week
        ("10-09 17:00", 60, "10-10 08:30"),  # into a make-up Saturday
        ("11-23 12:30", 0, "11-23 14:00"),
        ("11-23 08:00", 450, "11-23 17:30"),  # a whole day ends the same day
    ],
)
def test_due_time(start, minutes, due):
    assert OFFICE.add_minutes(at(start), minutes) == at(due)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("11-23 09:00", "11-23 10:00", 60),
        ("11-23 11:00", "11-23 15:00", 120),
        ("11-20 17:00", "11-23 09:00", 90),
        ("11-21 09:00", "11-22 18:00", 0),
        ("11-23 10:00", "11-23 09:00", -60),
    ],
)
def test_minutes_between(start, end, minutes):
    assert OFFICE.minutes_between(at(start), at(end)) == minutes


moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 11, 1)).map(
    lambda value: value.replace(second=0, microsecond=0, tzinfo=ZONE)
)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 5000))
def test_adding_and_counting_agree(start, minutes):
    due = OFFICE.add_minutes(start, minutes)
    assert OFFICE.minutes_between(start, due) == minutes
    assert due >= start
    opening = OFFICE.next_opening(start)
    assert OFFICE.is_working(opening)
    assert OFFICE.add_minutes(opening, minutes) == due


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 900), st.integers(1, 900))
def test_two_stretches_are_as_long_as_one(start, first, second):
    assert OFFICE.add_minutes(OFFICE.add_minutes(start, first), second) == OFFICE.add_minutes(start, first + second)


def test_next_working_day_forth_and_back():
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert OFFICE.next_working_day(friday) == monday
    assert OFFICE.next_working_day(monday, -1) == friday
    assert OFFICE.next_working_day(date(2026, 11, 21), 0) == monday
    assert OFFICE.next_working_day(monday, 0) == monday
    assert OFFICE.working_days_between(friday, monday) == 1


def test_day_is_that_of_the_office_not_of_utc():
    assert OFFICE.day(datetime.fromisoformat("2026-11-22T23:30+00:00")) == date(2026, 11, 23)


def test_unknown_year_is_never_guessed():
    with pytest.raises(CalendarYearMissing):
        OFFICE.add_minutes(at("12-31 17:00"), 60)
    with pytest.raises(CalendarYearMissing):
        OFFICE.is_working_day(date(2027, 1, 4))


@pytest.mark.django_db
def test_stored_calendar_counts_the_same(django_assert_num_queries):
    factories.calendar()
    assert office_time().add_minutes(at("09-30 17:00"), 60) == at("10-08 08:30")
    with django_assert_num_queries(1):
        office_time()


@pytest.mark.django_db
def test_replaced_year_is_read_again():
    """The official list of a provisional year comes in while the process runs."""
    factories.calendar()
    version, day = current_version(), date(2027, 6, 15)
    assert working_time(version.pk).is_working_day(day)
    CalendarYear.objects.get(version=version, year=2027).delete()
    CalendarDay.objects.create(version=version, day=day, intervals=[])
    CalendarYear.objects.create(version=version, year=2027, source="official")
    assert not working_time(version.pk).is_working_day(day)
