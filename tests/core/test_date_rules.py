"""The dates of a series: holidays, make-up days, short months, leap days, clock changes, years nobody has loaded."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.calendar import CalendarYearMissing, WorkingTime
from apps.core.date_rules import LAST, DateRule, DayOff, Frequency, upcoming

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPEN = ((time(8), time(12)), (time(14), time(17, 30)))
WEEK = dict.fromkeys(range(5), OPEN)
# The October holiday of 2026: 1 to 7 October off, Saturday 10 October worked.
HOLIDAY = {date(2026, 10, day): () for day in range(1, 8)} | {date(2026, 10, 10): OPEN}
OFFICE = WorkingTime(SHANGHAI, WEEK, HOLIDAY, frozenset(range(2025, 2030)))
ONLY_2026 = WorkingTime(SHANGHAI, WEEK, HOLIDAY, frozenset({2026}))
STARTS = date(2026, 1, 1)


def rule(frequency: str = Frequency.MONTHLY, **fields: object) -> DateRule:
    usual = {"every": 1, "starts_on": STARTS, "ends_on": None, "time": time(9), "month_day": 5, "weekday": 0}
    return DateRule(frequency=frequency, **{**usual, **fields})


def first(wanted: DateRule, count: int) -> list[date]:
    found = wanted.dates()
    return [next(found) for _each in range(count)]


def days(wanted: DateRule, *, after: date, count: int, working: WorkingTime = OFFICE) -> list[date]:
    found, _year = upcoming(wanted, working, after=datetime.combine(after, time(), SHANGHAI), count=count)
    return [moment.day for moment in found]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (rule(month_day=31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]),
        (rule(month_day=30), [date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 30)]),
        (rule(month_day=5, every=3), [date(2026, 1, 5), date(2026, 4, 5), date(2026, 7, 5)]),
        (rule(month_day=5, starts_on=date(2026, 1, 20)), [date(2026, 2, 5)]),
        (rule(Frequency.WEEKLY, weekday=4), [date(2026, 1, 2), date(2026, 1, 9)]),
        (rule(Frequency.WEEKLY, weekday=0, every=2), [date(2026, 1, 12), date(2026, 1, 26)]),
        (
            rule(Frequency.YEARLY, month=2, month_day=29),
            [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29), date(2029, 2, 28)],
        ),
        (rule(Frequency.YEARLY, month=9, month_day=1, every=2), [date(2026, 9, 1), date(2028, 9, 1)]),
    ],
)
def test_dates_of_a_rule(wanted: DateRule, expected: list[date]) -> None:
    assert first(wanted, len(expected)) == expected


@pytest.mark.parametrize(
    ("day_off", "expected"),
    [
        (DayOff.NEXT, [date(2026, 9, 7), date(2026, 10, 8), date(2026, 11, 5)]),
        (DayOff.PREVIOUS, [date(2026, 9, 4), date(2026, 9, 30), date(2026, 11, 5)]),
        (DayOff.AS_IT_IS, [date(2026, 9, 5), date(2026, 10, 5), date(2026, 11, 5)]),
    ],
)
def test_date_that_is_no_working_day(day_off: str, expected: list[date]) -> None:
    """5 September is a Saturday, 5 October lies in the holiday."""
    assert days(rule(day_off=day_off), after=date(2026, 9, 1), count=3) == expected


def test_makeup_saturday_is_a_working_day() -> None:
    (moment,), _year = upcoming(rule(month_day=10), OFFICE, after=datetime(2026, 10, 1, tzinfo=SHANGHAI), count=1)
    assert (moment.day, moment.is_makeup, moment.is_off) == (date(2026, 10, 10), True, False)


@pytest.mark.parametrize(
    ("nth", "october"),
    [(1, date(2026, 10, 8)), (2, date(2026, 10, 9)), (3, date(2026, 10, 10)), (4, date(2026, 10, 12))],
)
def test_working_day_of_the_month_counts_makeup_days(nth: int, october: date) -> None:
    assert days(rule(Frequency.WORKING_DAY, nth=nth), after=date(2026, 10, 1), count=1) == [october]


def test_last_working_day_of_the_month() -> None:
    wanted = rule(Frequency.WORKING_DAY, nth=LAST)
    assert days(wanted, after=date(2026, 9, 1), count=3) == [date(2026, 9, 30), date(2026, 10, 30), date(2026, 11, 30)]


def test_working_day_before_the_first_or_after_the_last_day_of_the_series_is_none() -> None:
    wanted = rule(Frequency.WORKING_DAY, nth=1, starts_on=date(2026, 9, 15), ends_on=date(2026, 11, 1))
    assert days(wanted, after=date(2026, 9, 1), count=5) == [date(2026, 10, 8)]


def test_two_dates_that_fall_on_one_day_are_one() -> None:
    """Thursdays: 1 October moves to the 8th, which is the next date."""
    found, _year = upcoming(
        rule(Frequency.WEEKLY, weekday=3), OFFICE, after=datetime(2026, 9, 30, tzinfo=SHANGHAI), count=3
    )
    assert [(moment.date, moment.day, moment.is_double) for moment in found] == [
        (date(2026, 10, 1), date(2026, 10, 8), True),
        (date(2026, 10, 8), date(2026, 10, 8), False),
        (date(2026, 10, 15), date(2026, 10, 15), False),
    ]


def test_draft_is_made_working_days_before() -> None:
    """8 October is the first working day after the holiday: three working days before it is 28 September."""
    (moment,), _year = upcoming(
        rule(Frequency.WORKING_DAY, nth=1, lead_days=3), OFFICE, after=datetime(2026, 10, 1, tzinfo=SHANGHAI), count=1
    )
    assert moment.make_at == datetime(2026, 9, 28, 8, tzinfo=SHANGHAI)
    assert moment.publish_at == datetime(2026, 10, 8, 9, tzinfo=SHANGHAI)


class TestYearWithoutCalendar:
    AFTER = datetime(2026, 11, 20, tzinfo=SHANGHAI)

    @pytest.mark.parametrize("frequency", [Frequency.MONTHLY, Frequency.WORKING_DAY])
    def test_no_date_is_guessed(self, frequency: str) -> None:
        found, year = upcoming(rule(frequency, nth=1), ONLY_2026, after=self.AFTER, count=5)
        assert ([moment.date.month for moment in found], year) == ([12], 2027)

    def test_day_as_it_is_needs_no_calendar(self) -> None:
        found, year = upcoming(rule(day_off=DayOff.AS_IT_IS), ONLY_2026, after=self.AFTER, count=3)
        assert ([moment.day.month for moment in found], year) == ([12, 1, 2], None)

    def test_as_it_is_with_days_before_needs_one(self) -> None:
        with pytest.raises(CalendarYearMissing):
            rule(day_off=DayOff.AS_IT_IS, lead_days=2).moment(date(2027, 1, 5), ONLY_2026)

    def test_past_year_does_not_stop_what_is_to_come(self) -> None:
        wanted = rule(starts_on=date(2025, 1, 1))
        after = datetime(2026, 1, 3, tzinfo=SHANGHAI)
        assert upcoming(wanted, ONLY_2026, after=after, count=1)[0][0].date == date(2026, 1, 5)

    def test_office_without_any_calendar(self) -> None:
        nothing = WorkingTime(SHANGHAI, {})
        assert upcoming(rule(), nothing, after=self.AFTER, count=3) == ([], 2026)


@pytest.mark.parametrize(
    ("on", "at", "expected"),
    [
        (date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # an hour that does not come
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # one that comes twice
        (date(2027, 6, 5), time(9), datetime(2027, 6, 5, 7, tzinfo=UTC)),
        (date(2027, 12, 5), time(9), datetime(2027, 12, 5, 8, tzinfo=UTC)),
    ],
)
def test_hour_stays_the_offices_hour_when_clocks_change(on: date, at: time, expected: datetime) -> None:
    berlin = WorkingTime(ZoneInfo("Europe/Berlin"), WEEK, {}, frozenset({2026, 2027}))
    moment = rule(month_day=on.day, time=at, day_off=DayOff.AS_IT_IS).moment(on, berlin)
    assert moment.publish_at.astimezone(UTC) == expected


rules = st.builds(
    rule,
    st.sampled_from(Frequency.values),
    every=st.integers(1, 6),
    month_day=st.integers(1, 31),
    month=st.integers(1, 12),
    weekday=st.integers(0, 6),
    nth=st.sampled_from([*range(1, 11), LAST]),
    lead_days=st.integers(0, 10),
    day_off=st.sampled_from(DayOff.values),
    starts_on=st.dates(date(2026, 1, 1), date(2026, 6, 30)),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(SHANGHAI))


@given(rules, MOMENTS)
def test_what_comes_lies_ahead_in_order_and_on_working_days(wanted: DateRule, after: datetime) -> None:
    found, _year = upcoming(wanted, OFFICE, after=after, count=4)
    dates = [moment.date for moment in found]
    assert dates == sorted(set(dates))
    for moment in found:
        assert moment.publish_at > after
        assert moment.make_at <= moment.publish_at
        assert wanted.day_off == DayOff.AS_IT_IS or OFFICE.is_working_day(moment.day)
        assert abs(moment.day - moment.date) <= timedelta(days=31)


@given(rules, MOMENTS, st.integers(0, 40))
def test_what_is_seen_from_earlier_is_what_is_seen_later(wanted: DateRule, early: datetime, days_on: int) -> None:
    """A date does not change with the day on which one looks, so that no sweep makes another one of it."""
    late = early + timedelta(days=days_on)
    ahead, _year = upcoming(wanted, OFFICE, after=early, count=20)
    assert [each for each in ahead if each.publish_at > late][:3] == upcoming(wanted, OFFICE, after=late, count=3)[0][
        :3
    ]


@given(rules)
def test_days_that_are_not_doubled_are_all_different(wanted: DateRule) -> None:
    found, _year = upcoming(wanted, OFFICE, after=datetime(2026, 9, 1, tzinfo=SHANGHAI), count=8)
    gone_out = [moment.day for moment in found if not moment.is_double]
    assert len(gone_out) == len(set(gone_out))
