"""When a notice reminds by itself: by working day, only in working hours, on the days that its sender chose."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import structlog

from apps.core.calendar import CalendarYearMissing, WorkingTime
from apps.notices.models import Notice

AFTER_OPENING = timedelta(hours=1)  # not in the first minutes of the day, when nobody reads
WITHOUT_DEADLINE = (2, 5)  # working days after publishing
log = structlog.get_logger(__name__)


def moments(notice: Notice, working: WorkingTime) -> list[datetime]:
    """When reminders of a published notice fall due, in order. A year without a calendar ends the list, logged."""
    found: list[datetime] = []
    try:
        for day in _days(notice, working):
            moment = working.spans(day)[0][0] + AFTER_OPENING
            if moment > notice.published_at and not notice.is_over(moment):
                found.append(moment)
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", notice=notice.pk, year=error.year)
    return found


def _days(notice: Notice, working: WorkingTime) -> Iterator[date]:
    """In order. Day 0, the day of acknowledging itself, is left out where nobody works on it."""
    start = working.day(notice.acknowledge_by or notice.published_at)
    for count in sorted(notice.reminder_days) if notice.acknowledge_by else WITHOUT_DEADLINE:
        if count:
            yield working.next_working_day(start, count)
        elif working.is_working_day(start):
            yield start


def due_moment(notice: Notice, working: WorkingTime, at: datetime) -> datetime | None:
    """The latest moment that has come. Earlier ones that were missed (beat was off) are not made up one by one."""
    return next((moment for moment in reversed(moments(notice, working)) if moment <= at), None)


def next_moment(notice: Notice, working: WorkingTime, at: datetime) -> datetime | None:
    return next((moment for moment in moments(notice, working) if moment > at), None)
