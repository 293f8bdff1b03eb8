"""The clock: ledger, calendar and target give used minutes, due time and outcome. Office hours 8-12 and 14-17:30."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.calendar import CalendarYearMissing, WorkingTime
from apps.core.enums import ClockKind
from apps.servicedesk.clock import Counter, moment_after, read_clock, worked
from apps.servicedesk.enums import ClockOutcome

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = ((time(8), time(12)), (time(14), time(17, 30)))
WEEK = dict.fromkeys(range(5), DAY)
HOLIDAYS = {date(2026, 10, day): () for day in range(1, 8)}
MAKEUP = {date(2026, 10, 10): DAY}  # a Saturday
WORKING = WorkingTime(SHANGHAI, WEEK, HOLIDAYS | MAKEUP, frozenset({2026, 2027}))
TARGET = 450  # one working day


@dataclass
class Line:
    kind: str
    at: datetime
    reason: str = ""
    new_due_at: datetime | None = None
    target_minutes: int | None = None
    first_minutes: int | None = None


def at(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 11) -> datetime:
    """A moment of 2026; 23 November is a Monday."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=SHANGHAI)


def start(moment: datetime) -> Line:
    return Line(ClockKind.START, moment)


def pause(moment: datetime, reason: str = "") -> Line:
    return Line(ClockKind.PAUSE, moment, reason)


def resume(moment: datetime) -> Line:
    return Line(ClockKind.RESUME, moment)


def stop(moment: datetime) -> Line:
    return Line(ClockKind.STOP, moment)


def set_due(moment: datetime, due: datetime) -> Line:
    return Line(ClockKind.SET_DUE, moment, "會議", due)


def due_of(*lines: Line, target: int = TARGET) -> datetime | None:
    return read_clock(lines, WORKING, target).due_at


class TestDueTime:
    def test_filed_at_nine_is_due_at_nine(self) -> None:
        assert due_of(start(at(23, 9))) == at(24, 9)

    def test_filed_at_opening_is_due_at_closing(self) -> None:
        assert due_of(start(at(23, 8))) == at(23, 17, 30)

    def test_filed_at_night_begins_in_the_morning(self) -> None:
        assert due_of(start(at(23, 22))) == at(24, 17, 30)

    def test_filed_in_lunch_begins_after_it(self) -> None:
        assert due_of(start(at(23, 12, 30)), target=60) == at(23, 15)

    def test_filed_on_a_holiday_begins_after_it(self) -> None:
        assert due_of(start(at(3, 10, month=10))) == at(8, 17, 30, month=10)

    def test_filed_before_a_holiday_runs_over_it(self) -> None:
        assert due_of(start(at(30, 17, month=9))) == at(8, 17, month=10)

    def test_make_up_saturday_counts(self) -> None:
        assert due_of(start(at(9, 14, month=10))) == at(10, 12, month=10)
        assert due_of(start(at(10, 9, month=10))) == at(12, 9, month=10)

    def test_usual_saturday_does_not_count(self) -> None:
        assert due_of(start(at(20, 14))) == at(23, 12)

    def test_runs_over_the_end_of_a_month(self) -> None:
        assert due_of(start(at(30, 17))) == at(1, 17, month=12)

    def test_runs_over_the_end_of_a_year(self) -> None:
        assert due_of(start(at(31, 17, month=12))) == datetime(2027, 1, 1, 17, 0, tzinfo=SHANGHAI)

    def test_year_that_is_not_loaded_is_not_guessed(self) -> None:
        with pytest.raises(CalendarYearMissing):
            due_of(start(datetime(2027, 12, 31, 17, 0, tzinfo=SHANGHAI)))

    def test_nothing_filed_has_no_due_time(self) -> None:
        reading = read_clock([], WORKING, TARGET)

        assert (reading.due_at, reading.outcome, reading.segments) == (None, ClockOutcome.NOT_STARTED, ())


class TestPause:
    def test_has_no_due_time(self) -> None:
        reading = read_clock([start(at(23, 9)), pause(at(23, 10))], WORKING, TARGET)

        assert (reading.due_at, reading.outcome, reading.used_minutes) == (None, ClockOutcome.PAUSED, 60)

    def test_over_a_weekend_moves_the_due_time_by_what_was_worked(self) -> None:
        lines = [start(at(20, 9)), pause(at(20, 17)), resume(at(23, 8, 30))]

        # Friday used 6 h; 1.5 h are left, from Monday half past eight.
        assert due_of(*lines) == at(23, 10)

    def test_over_a_weekend_alone_moves_nothing(self) -> None:
        plain = due_of(start(at(20, 9)))

        assert due_of(start(at(20, 9)), pause(at(20, 17, 30)), resume(at(23, 8))) == plain

    def test_past_the_due_time_keeps_it(self) -> None:
        lines = [start(at(23, 9)), pause(at(24, 11))]

        assert due_of(*lines) == at(24, 9)
        assert due_of(*lines, resume(at(26, 9))) == at(24, 9)

    def test_exactly_at_the_due_time_is_used_up(self) -> None:
        assert due_of(start(at(23, 9)), pause(at(24, 9)), resume(at(26, 9))) == at(24, 9)

    def test_twice_within_a_minute_loses_no_second(self) -> None:
        lines = [
            start(at(23, 9)),
            pause(at(23, 9, 0, 20)),
            resume(at(23, 9, 0, 30)),
            pause(at(23, 9, 0, 50)),
            resume(at(23, 9, 0, 55)),
        ]

        assert due_of(*lines) == at(24, 9, 0, 15)

    def test_told_twice_counts_once(self) -> None:
        once = [start(at(23, 9)), pause(at(23, 10)), resume(at(23, 11))]
        twice = [start(at(23, 9)), pause(at(23, 10)), pause(at(23, 10, 30)), resume(at(23, 11)), resume(at(23, 11, 5))]

        assert due_of(*twice) == due_of(*once)


class TestEnd:
    def test_within_target_is_met(self) -> None:
        reading = read_clock([start(at(23, 9)), stop(at(24, 9))], WORKING, TARGET)

        assert (reading.outcome, reading.used_minutes, reading.within_target) == (ClockOutcome.MET, 450, True)

    def test_a_second_late_is_missed(self) -> None:
        reading = read_clock([start(at(23, 9)), stop(at(24, 9, 0, 1))], WORKING, TARGET)

        assert (reading.outcome, reading.within_target) == (ClockOutcome.MISSED, False)

    def test_keeps_the_due_time_that_stood(self) -> None:
        assert due_of(start(at(23, 9)), stop(at(23, 11))) == at(24, 9)

    def test_withdrawn_is_not_counted(self) -> None:
        reading = read_clock([start(at(23, 9)), Line(ClockKind.CANCEL, at(27, 9))], WORKING, TARGET)

        assert (reading.outcome, reading.within_target) == (ClockOutcome.CANCELLED, None)

    def test_reopened_after_a_month_goes_on_from_where_it_stopped(self) -> None:
        lines = [start(at(5, 9, month=10)), stop(at(8, 10, month=10)), resume(at(9, 9))]
        reading = read_clock(lines, WORKING, TARGET)

        # Two hours were used on 8 October (the days before were holidays); 330 minutes are left.
        assert (reading.used_minutes, reading.due_at) == (120, at(9, 16, 30))

    def test_reopened_and_finished_late_is_missed(self) -> None:
        lines = [start(at(23, 9)), stop(at(23, 16)), resume(at(24, 8)), stop(at(25, 8))]

        assert read_clock(lines, WORKING, TARGET).outcome == ClockOutcome.MISSED


class TestNewDueTime:
    def test_stands(self) -> None:
        assert due_of(start(at(23, 9)), set_due(at(23, 11), at(26, 16))) == at(26, 16)

    def test_outside_working_time_counts_as_the_working_moment_before(self) -> None:
        assert due_of(start(at(23, 9)), set_due(at(23, 11), at(26, 20))) == at(26, 17, 30)

    def test_moves_on_with_a_later_pause(self) -> None:
        lines = [start(at(23, 9)), set_due(at(23, 11), at(26, 16)), pause(at(24, 9)), resume(at(24, 10))]

        assert due_of(*lines) == at(26, 17)

    def test_saves_one_that_was_late(self) -> None:
        lines = [start(at(23, 9)), set_due(at(25, 9), at(26, 9))]

        assert due_of(*lines) == at(26, 9)
        assert read_clock([*lines, stop(at(26, 8))], WORKING, TARGET).outcome == ClockOutcome.MET

    def test_may_be_earlier(self) -> None:
        lines = [start(at(23, 9)), set_due(at(23, 10), at(23, 11))]

        assert due_of(*lines) == at(23, 11)
        assert read_clock([*lines, stop(at(23, 15))], WORKING, TARGET).outcome == ClockOutcome.MISSED


class TestExplanation:
    def test_names_each_stretch_with_its_working_minutes(self) -> None:
        lines = [start(at(23, 9)), pause(at(23, 10), "請寫明國家"), resume(at(24, 9)), stop(at(24, 11))]
        segments = read_clock(lines, WORKING, TARGET).segments

        assert [(part.kind, part.minutes, part.reason) for part in segments] == [
            ("start", 60, ""),
            ("pause", 390, "請寫明國家"),
            ("resume", 120, ""),
        ]

    def test_open_stretch_is_counted_up_to_now(self) -> None:
        reading = read_clock([start(at(23, 9))], WORKING, TARGET, at=at(23, 15))

        assert (reading.used_minutes, reading.left_minutes) == (240, 210)
        assert [(part.starts_at, part.ends_at, part.minutes) for part in reading.segments] == [(at(23, 9), None, 240)]

    def test_pause_goes_on_without_using_time(self) -> None:
        reading = read_clock([start(at(23, 9)), pause(at(23, 10))], WORKING, TARGET, at=at(24, 10))

        assert reading.used_minutes == 60
        assert reading.segments[-1].minutes == 390 + 60


class TestSummerTime:
    """New York, where the clocks change at two in the night of a Sunday; a night shift works through it."""

    ZONE = ZoneInfo("America/New_York")
    NIGHT = WorkingTime(ZONE, {6: ((time(0), time(6)),)}, {}, frozenset({2026}))

    @pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 5), (date(2026, 11, 1), 7), (date(2026, 6, 7), 6)])
    def test_night_has_the_hours_that_passed(self, day: date, hours: int) -> None:
        midnight = datetime.combine(day, time(0), self.ZONE)

        assert worked(self.NIGHT, midnight, midnight + timedelta(days=1)) == timedelta(hours=hours)

    @pytest.mark.parametrize(("day", "end"), [(date(2026, 3, 8), 5), (date(2026, 11, 1), 3), (date(2026, 6, 7), 4)])
    def test_four_hours_later_is_four_hours_later(self, day: date, end: int) -> None:
        midnight = datetime.combine(day, time(0), self.ZONE)
        later = moment_after(self.NIGHT, midnight.astimezone(UTC), timedelta(hours=4))

        assert later.astimezone(self.ZONE).time() == time(end)


KINDS = st.sampled_from([ClockKind.PAUSE, ClockKind.RESUME, ClockKind.STOP])
STEPS = st.lists(st.tuples(KINDS, st.integers(1, 3 * 24 * 60)), max_size=6)
STARTS = st.integers(0, 20 * 24 * 60)


def ledger(begin: int, steps: list[tuple[str, int]]) -> list[Line]:
    moment = at(1, 0, month=10) + timedelta(minutes=begin)
    lines = [start(moment)]
    for kind, minutes in steps:
        moment += timedelta(minutes=minutes)
        lines.append(Line(kind, moment))
    return lines


def minute_by_minute(lines: list[Line]) -> int:
    """Working minutes by looking at every minute: slow, and plain enough to believe."""
    used, runs = 0, False
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        runs = line.kind in (ClockKind.START, ClockKind.RESUME)
        moment = line.at
        while following and runs and moment < following.at:
            used += WORKING.is_working(moment)
            moment += timedelta(minutes=1)
    return used


@settings(max_examples=40, deadline=None)
@given(STARTS, STEPS)
def test_used_minutes_are_those_counted_one_by_one(begin: int, steps: list[tuple[str, int]]) -> None:
    lines = ledger(begin, steps)

    # Up to the last line: a second resume changes nothing, so the stretch before it is still open.
    assert read_clock(lines, WORKING, TARGET, at=lines[-1].at).used_minutes == minute_by_minute(lines)


@settings(max_examples=60, deadline=None)
@given(STARTS, STEPS)
def test_rebuilding_gives_what_counting_on_gave(begin: int, steps: list[tuple[str, int]]) -> None:
    """Line by line as things happen, and all at once afterwards: the same due time, use and outcome."""
    lines = ledger(begin, steps)
    counter = Counter(WORKING, timedelta(minutes=TARGET))
    for line in lines:
        counter.take(line)
    whole = read_clock(lines, WORKING, TARGET)

    assert (counter.due_at, counter.outcome()) == (whole.due_at, whole.outcome)
    for count in range(1, len(lines)):
        part, later = read_clock(lines[:count], WORKING, TARGET), read_clock(lines[: count + 1], WORKING, TARGET)
        assert part.used_minutes <= later.used_minutes
        if part.used_minutes >= TARGET:
            assert part.due_at == later.due_at


@settings(max_examples=60, deadline=None)
@given(STARTS, st.integers(1, 3000))
def test_due_time_is_when_the_target_is_used_up(begin: int, target: int) -> None:
    line = ledger(begin, [])[0]
    due_at = due_of(line, target=target)

    assert worked(WORKING, line.at, due_at) == timedelta(minutes=target)
