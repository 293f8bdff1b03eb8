"""On which days something comes again: a series of notices, a recurring request. Pure: no database here, and no day is
guessed.

The dates of a rule come from dateutil's rrule; what the office makes of them (working days, holidays, make-up days)
from its own calendar. A date names its occurrence for ever; the day it goes out may move when the calendar does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from dateutil import rrule
from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.calendar import CalendarYearMissing, WorkingTime

LAST = -1
FURTHEST = date(2199, 12, 31)
MOST_MOVED = timedelta(days=45)  # no day goes out later than so long after its date


class Frequency(models.TextChoices):
    WEEKLY = "weekly", pgettext_lazy("dates of a series", "weekly, on")
    MONTHLY = "monthly", pgettext_lazy("dates of a series", "monthly, on day")
    WORKING_DAY = "working_day", pgettext_lazy("dates of a series", "monthly, on the working day")
    YEARLY = "yearly", pgettext_lazy("dates of a series", "yearly, on")


class DayOff(models.TextChoices):
    """What happens to a date that is no working day."""

    NEXT = "next", pgettext_lazy("no working day", "on the next working day")
    PREVIOUS = "previous", pgettext_lazy("no working day", "on the working day before")
    AS_IT_IS = "as_it_is", pgettext_lazy("no working day", "on that day all the same")


@dataclass(frozen=True)
class Moment:
    """One date of a rule, counted: the day it goes out, when its draft is made and when it is published.

    `is_off`: the date itself is no working day; `is_makeup`: the day it goes out is a weekend day that is worked.
    `is_double`: it would go out on the same day as a later date, so it is left out.
    """

    date: date
    day: date
    make_at: datetime
    publish_at: datetime
    is_off: bool = False
    is_makeup: bool = False
    is_double: bool = False

    @property
    def is_moved(self) -> bool:
        return self.is_off and self.day != self.date


@dataclass(frozen=True)
class DateRule:
    """Weekly, monthly, by working day of the month, or yearly; every so many of them; from `starts_on` to `ends_on`.

    Day 31 of a shorter month is its last day, 29 February of another year 28 February. A date of the n-th working day
    is the first of its month, and counts when the working day itself lies between `starts_on` and `ends_on`.
    """

    frequency: str
    every: int
    starts_on: date
    ends_on: date | None
    time: time
    day_off: str = DayOff.NEXT
    lead_days: int = 0
    weekday: int | None = None
    month_day: int | None = None
    month: int | None = None
    nth: int | None = None

    @property
    def counts_working_days(self) -> bool:
        return self.frequency == Frequency.WORKING_DAY

    def dates(self, after: date | None = None) -> Iterator[date]:
        """The dates of the rule in order; with `after` only those later than that day."""
        found = self._rule.xafter(datetime.combine(after, time.min)) if after else iter(self._rule)
        return (moment.date() for moment in found)

    @cached_property
    def _rule(self) -> rrule.rrule:
        """With a memory: whoever asks for the date after a date would else count from the beginning each time."""
        kind, places = {
            Frequency.WEEKLY: (rrule.WEEKLY, {"byweekday": self.weekday}),
            Frequency.MONTHLY: (rrule.MONTHLY, self._month_day()),
            Frequency.WORKING_DAY: (rrule.MONTHLY, {"bymonthday": 1}),
            Frequency.YEARLY: (rrule.YEARLY, {"bymonth": self.month, **self._month_day()}),
        }[self.frequency]
        first = self.starts_on.replace(day=1) if self.counts_working_days else self.starts_on
        start, until = (datetime.combine(day, time.min) for day in (first, self.ends_on or FURTHEST))
        return rrule.rrule(kind, dtstart=start, interval=self.every, until=until, cache=True, **places)

    def _month_day(self) -> dict[str, object]:
        """rrule leaves out months without the day; an office means the first of "the day" and "the last day"."""
        return {"bymonthday": (self.month_day, -1), "bysetpos": 1}

    def moment(self, on: date, working: WorkingTime) -> Moment | None:
        """What the date `on` comes to; None where its working day lies outside. Raises CalendarYearMissing."""
        day = self.day_of(on, working)
        if self.counts_working_days and not self.starts_on <= day <= (self.ends_on or FURTHEST):
            return None
        publish_at = datetime.combine(day, self.time, working.zone)
        makes_on = working.next_working_day(day, -self.lead_days) if self.lead_days else day
        needs_calendar = self.counts_working_days or self.day_off != DayOff.AS_IT_IS
        return Moment(
            date=on,
            day=day,
            make_at=working.spans(makes_on)[0][0] if self.lead_days else publish_at,
            publish_at=publish_at,
            is_off=not self.counts_working_days and needs_calendar and not working.is_working_day(on),
            is_makeup=working.is_makeup_day(day),
            is_double=not self.counts_working_days and self._is_double(on, day, working),
        )

    def day_of(self, on: date, working: WorkingTime) -> date:
        if self.counts_working_days and self.nth == LAST:
            return working.next_working_day((on + timedelta(days=31)).replace(day=1), -1)
        if self.counts_working_days:
            return working.next_working_day(on - timedelta(days=1), self.nth)
        if self.day_off == DayOff.AS_IT_IS or working.is_working_day(on):
            return on
        return working.next_working_day(on, 1 if self.day_off == DayOff.NEXT else -1)

    def _is_double(self, on: date, day: date, working: WorkingTime) -> bool:
        """Does the next date go out on the same day? (Weekly, over a week of holidays.)"""
        following = next(self.dates(on), None)
        try:
            return following is not None and self.day_of(following, working) == day
        except CalendarYearMissing:
            return False  # what lies in a year not known does not fall on a day that is


def upcoming(rule: DateRule, working: WorkingTime, *, after: datetime, count: int) -> tuple[list[Moment], int | None]:
    """The next `count` dates that go out after `after`, and the year whose calendar is missing to say more."""
    found: list[Moment] = []
    today = working.day(after)
    for on in rule.dates(today - MOST_MOVED):
        try:
            moment = rule.moment(on, working)
        except CalendarYearMissing as error:
            if on.year < today.year:
                continue  # what lies in a past year is over, whatever its days were
            return found, error.year
        if moment and moment.publish_at > after:
            found.append(moment)
        if len(found) == count:
            break
    return found, None
