"""Which weeks and months are over, and on which day their summary goes out."""

from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.calendar import WorkingTime
from apps.core.measure import Period
from apps.delivery.quiet import is_working
from apps.reports.enums import Rhythm

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """A period that ended, and the day of its sending: the first working day after it."""

    rhythm: Rhythm
    period: Period
    day: date


def period_with(rhythm: Rhythm, day: date) -> Period:
    """The week (Monday to Sunday) or month in which `day` lies."""
    if rhythm == Rhythm.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY)


def sending_day(period: Period, office: WorkingTime) -> date:
    day = period.last + ONE_DAY
    while not is_working(office, day):
        day += ONE_DAY
    return day


def due_periods(rhythm: Rhythm, today: date, office: WorkingTime) -> list[Due]:
    """What is to be sent by `today`, oldest first: the period that ended last, once its day has come.

    A week of holidays has no working day; the week before it is then sent together with it, each by itself. What was
    missed in an earlier week or month is past: nobody gets a pile of old summaries.
    """
    now = period_with(rhythm, today)
    found = []
    period = period_with(rhythm, now.first - ONE_DAY)
    while (day := sending_day(period, office)) >= now.first:
        if day <= today:
            found.append(Due(rhythm, period, day))
        period = period_with(rhythm, period.first - ONE_DAY)
    return found[::-1]
