"""How late a part is, in working days: holidays do not count, make-up days do."""

from datetime import datetime

from apps.assignments.models import Part
from apps.core.calendar import CalendarYearMissing, WorkingTime


def days_after(due_at: datetime, moment: datetime, working: WorkingTime) -> int | None:
    """Working days after the day of `due_at`; 0 for less than one. None where the calendar does not know."""
    try:
        return working.working_days_between(working.day(due_at), working.day(moment))
    except CalendarYearMissing:
        return None


def late_days(part: Part, working: WorkingTime, at: datetime) -> int | None:
    """Of a report that left the unit as it was counted then; of one that is still owed, up to `at`."""
    if part.delivered_at is not None:
        return part.late_days
    return days_after(part.due_at, at, working) if part.is_late(at) else 0
