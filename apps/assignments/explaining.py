"""How the day of a part came about, in steps that people can follow."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.assignments.enums import DAYS, DueKind, Urgency
from apps.assignments.models import DueEntry, Part
from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time

MOST_DAYS = 400


@dataclass(frozen=True)
class Odd:
    """A day that counted otherwise than its place in the week says."""

    day: date
    is_working: bool


@dataclass(frozen=True)
class Explained:
    """`steps`: the ledger, oldest first; `odd`: holidays and make-up days between the first step and the day."""

    part: Part
    steps: list[DueEntry]
    odd: list[Odd]
    stood_still: int

    @property
    def days_by_urgency(self) -> int | None:
        """So many working days, where the first day was set by urgency."""
        by_urgency = self.steps and self.steps[0].kind == DueKind.BY_URGENCY
        return DAYS[Urgency(self.part.assignment.urgency)] if by_urgency else None

    @property
    def moved(self) -> bool:
        return len(self.steps) > 1


def explain(part: Part, at: datetime) -> Explained:
    """Two queries, and one for each kind of paper that was waited for."""
    steps = list(part.days.select_related("by", "on_behalf_of").prefetch_related("cause").order_by("at", "pk"))
    stood = sum(step.minutes or 0 for step in steps)
    working = office_time()
    if part.is_paused:
        stood += _minutes(working, part.paused_at, at)
    return Explained(part, steps, _odd_days(part, working), stood)


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
