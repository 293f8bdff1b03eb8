"""How the day of a part came about, in steps that people can follow."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.assignments.enums import DueKind
from apps.assignments.lateness import days_after
from apps.assignments.models import DueEntry, Part
from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time, working_time

MOST_DAYS = 400


@dataclass(frozen=True)
class Odd:
    """A day that counted otherwise than its place in the week says."""

    day: date
    is_working: bool


@dataclass(frozen=True)
class Explained:
    """`steps`: the ledger, oldest first; `odd`: holidays and make-up days between the first step and the day;
    `days_by_urgency`: so many working days, where the first day was set by urgency.
    """

    part: Part
    steps: list[DueEntry]
    odd: list[Odd]
    stood_still: int
    days_by_urgency: int | None

    @property
    def moved(self) -> bool:
        return len(self.steps) > 1


def explain(part: Part, at: datetime) -> Explained:
    """By the calendar as it stood when the day was counted. Three queries, and one for each kind of paper that was
    waited for.
    """
    steps = list(part.days.select_related("by", "on_behalf_of").prefetch_related("cause").order_by("at", "pk"))
    stood = sum(step.minutes or 0 for step in steps)
    working = working_time(part.calendar_version_id) if part.calendar_version_id else office_time()
    if part.is_paused:
        stood += _minutes(working, part.paused_at, at)
    return Explained(part, steps, _odd_days(part, working), stood, _days_by_urgency(steps, working))


def _days_by_urgency(steps: list[DueEntry], working: WorkingTime) -> int | None:
    first = steps[0] if steps else None
    if first is None or first.kind != DueKind.BY_URGENCY:
        return None
    return days_after(first.at, first.due_at, working)


def _minutes(working: WorkingTime, start: datetime, end: datetime) -> int:
    try:
        return working.minutes_between(start, end)
    except CalendarYearMissing:
        return 0


def _odd_days(part: Part, working: WorkingTime) -> list[Odd]:
    """Weekdays without work and weekend days with it, from the giving to the day; none the calendar does not know."""
    first, last = working.day(part.added_at), working.day(part.due_at)
    found = []
    for step in range(min((last - first).days, MOST_DAYS) + 1):
        day = first + timedelta(days=step)
        try:
            works, usual = working.is_working_day(day), bool(working.weekly.get(day.weekday()))
        except CalendarYearMissing:
            break
        if works != usual:
            found.append(Odd(day, works))
    return found
