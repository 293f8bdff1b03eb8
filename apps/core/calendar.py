"""Working time: is this a working day, when are N working minutes over, how many lie between two moments.

Pure once a `WorkingTime` is made: it holds the weekly pattern, the dated exceptions and the years it knows.
It never guesses: a day in a year that is not loaded raises `CalendarYearMissing`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.models import CalendarDay, CalendarVersion, CalendarYear
from apps.core.read_once import once

Interval = tuple[time, time]
OFFICE_CALENDAR = "office"
HORIZON_DAYS = 800


class CalendarYearMissing(Exception):
    """The calendar has no holidays for a year that is needed."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(_("The working calendar of %(year)s is not loaded yet.") % {"year": year})


def parse_intervals(rows: list[list[str]]) -> tuple[Interval, ...]:
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in rows)


@dataclass(frozen=True)
class WorkingTime:
    """One calendar version, ready to count. `exceptions` maps a day to its intervals (none: closed)."""

    zone: ZoneInfo
    weekly: dict[int, tuple[Interval, ...]]
    exceptions: dict[date, tuple[Interval, ...]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    @property
    def is_missing(self) -> bool:
        """No year is loaded at all, so no day can be counted."""
        return not self.years

    def day(self, at: datetime) -> date:
        """The calendar day of a moment, in the calendar's zone."""
        return at.astimezone(self.zone).date()

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The working intervals of `day`. Raises CalendarYearMissing."""
        if day.year not in self.years:
            raise CalendarYearMissing(day.year)
        if day in self.exceptions:
            return self.exceptions[day]
        return self.weekly.get(day.weekday(), ())

    def is_working_day(self, day: date) -> bool:
        return bool(self.intervals(day))

    def is_makeup_day(self, day: date) -> bool:
        """A weekend day on which work is done instead of another."""
        return bool(self.exceptions.get(day)) and not self.weekly.get(day.weekday())

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working intervals of `day` as moments."""
        return [
            (datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone))
            for start, end in self.intervals(day)
        ]

    def is_working(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.spans(self.day(at)))

    def next_working_day(self, day: date, count: int = 1) -> date:
        """The `count`-th working day after `day`; 0 gives `day` itself, or the next working day if it is closed."""
        if count == 0:
            while not self.is_working_day(day):
                day += timedelta(days=1)
            return day
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def end_of_day(self, day: date) -> datetime:
        """The last working moment of `day`."""
        return self.spans(day)[-1][1]

    def next_opening(self, at: datetime) -> datetime:
        """`at` if it is working time, else the start of the next working interval."""
        day = self.day(at)
        for _n in range(HORIZON_DAYS):
            for start, end in self.spans(day):
                if at < end:
                    return max(at, start)
            day += timedelta(days=1)
        raise CalendarYearMissing(day.year)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment when `minutes` working minutes after `start` are used up. `start` may lie outside working time."""
        left = timedelta(minutes=minutes)
        day = self.day(start)
        for _n in range(HORIZON_DAYS):
            for opens, closes in self.spans(day):
                begins = max(opens, start)
                if begins >= closes:
                    continue
                if left <= closes - begins:
                    return begins + left
                left -= closes - begins
            day += timedelta(days=1)
        raise CalendarYearMissing(day.year)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from `start` to `end`; negative when `end` is earlier."""
        if end < start:
            return -self.minutes_between(end, start)
        total = timedelta()
        day, last = self.day(start), self.day(end)
        while day <= last:
            for opens, closes in self.spans(day):
                overlap = min(closes, end) - max(opens, start)
                total += max(overlap, timedelta())
            day += timedelta(days=1)
        return round(total.total_seconds() / 60)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`."""
        day, count = start, 0
        while day < end:
            day += timedelta(days=1)
            count += self.is_working_day(day)
        return count


def load_working_time(version: CalendarVersion) -> WorkingTime:
    """Read a version from the database (three queries)."""
    days = CalendarDay.objects.filter(version=version).values_list("day", "intervals")
    return WorkingTime(
        zone=ZoneInfo(version.calendar.time_zone),
        weekly={int(day): parse_intervals(rows) for day, rows in version.weekly.items()},
        exceptions={day: parse_intervals(rows) for day, rows in days},
        years=frozenset(CalendarYear.objects.filter(version=version).values_list("year", flat=True)),
    )


@lru_cache(maxsize=64)
def _cached(version_id: int, newest_year: int) -> WorkingTime:
    return load_working_time(CalendarVersion.objects.select_related("calendar").get(pk=version_id))


def working_time(version_id: int) -> WorkingTime:
    """The working time of a version, kept in memory (one query).

    A version only gains years, and a provisional one is replaced by a new row: the newest row says if memory is right.
    """
    newest = CalendarYear.objects.filter(version_id=version_id).aggregate(newest=Max("pk"))["newest"]
    return _cached(version_id, newest or 0)


def current_version(code: str = OFFICE_CALENDAR) -> CalendarVersion:
    """The newest version of a calendar (one query)."""
    return CalendarVersion.objects.filter(calendar__code=code).select_related("calendar").latest("number")


def office_time() -> WorkingTime:
    """The working time of the office as it stands now (one query; see `once`).

    Without a calendar it is one that knows no year: whoever asks it for a day gets CalendarYearMissing, which every
    page and list is ready for. `is_missing` says so.
    """
    newest = once("office calendar", newest_version)
    if newest is None:
        return WorkingTime(zone=timezone.get_default_timezone(), weekly={})
    version, newest_year = newest
    return _cached(version, newest_year or 0)


def newest_version() -> tuple[int, int | None] | None:
    """Key of the newest version of the office's calendar, and of its newest year."""
    versions = CalendarVersion.objects.filter(calendar__code=OFFICE_CALENDAR).annotate(newest_year=Max("years"))
    return versions.values_list("pk", "newest_year").order_by("-number").first()
