"""On which days a notice reminds by itself: by working day, on the days that its sender chose."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from apps.core.calendar import WorkingTime
from apps.notices.enums import Skipped
from apps.notices.models import Notice

AFTER_OPENING = timedelta(hours=1)  # not in the first minutes of the day, when nobody reads
WITHOUT_DEADLINE = (2, 5)  # working days after publishing


class Moment(NamedTuple):
    days: int
    due_at: datetime
    skipped: str = ""


def wanted_days(notice: Notice) -> list[int]:
    return sorted(set(notice.reminder_days)) if notice.acknowledge_by else list(WITHOUT_DEADLINE)


def moment(notice: Notice, days: int, working: WorkingTime, since: datetime) -> Moment:
    """When the reminder of `days` falls due; `since`: when these words went out. Raises CalendarYearMissing.

    Day 0, the day of acknowledging itself, is left out where nobody works on it.
    """
    start = working.day(notice.acknowledge_by or since)
    if not days and not working.is_working_day(start):
        return Moment(days, notice.acknowledge_by or since, Skipped.DAY_OFF)
    due_at = _opening(working.next_working_day(start, days), working)
    if due_at <= since:
        return Moment(days, due_at, Skipped.BEFORE)
    return Moment(days, due_at, Skipped.OVER if notice.is_over(due_at) else "")


def next_working_opening(at: datetime, working: WorkingTime) -> datetime:
    """When reminders leave on the working day after the day of `at`. Raises CalendarYearMissing."""
    return _opening(working.next_working_day(working.day(at)), working)


def _opening(day: date, working: WorkingTime) -> datetime:
    return working.spans(day)[0][0] + AFTER_OPENING
