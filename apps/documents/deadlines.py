"""Until when a document is to be done: its urgency, counted on the working calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from apps.core.calendar import WorkingTime, office_time, working_time
from apps.core.models import CalendarVersion
from apps.documents.enums import CountsFrom
from apps.documents.models import Document, UrgencyLevel

SATURDAY = 5


@dataclass(frozen=True)
class Deadline:
    """When it is due, and the working days that were counted (empty where minutes were)."""

    due_at: datetime
    days: tuple[date, ...] = ()


def deadline(urgency: UrgencyLevel, *, received_at: datetime, version: CalendarVersion) -> Deadline:
    """When what came in at `received_at` is due. By minutes: working minutes from that moment. By days: whole working
    days beginning with the one after receipt; the last ends with its working time, a half one at its middle break (文書
    處理手冊: 最速件 1, 速件 3, 普通件 6 working days, holidays out). Raises CalendarYearMissing.
    """
    working = working_time(version.pk)
    if urgency.counts_from == CountsFrom.RECEIPT:
        return Deadline(working.add_minutes(received_at, urgency.minutes))
    return by_days(urgency.days, working, working.day(received_at))


def by_days(count: Decimal, working: WorkingTime, received_on: date) -> Deadline:
    whole, half = int(count), count % 1
    days = [working.next_working_day(received_on, place) for place in range(1, whole + (2 if half else 1))]
    spans = working.spans(days[-1])
    return Deadline(spans[0][1] if half else spans[-1][1], tuple(days))


@dataclass(frozen=True)
class DayLine:
    """One day on the way to a due date: counted or not, and why."""

    day: date
    counts: bool
    is_makeup: bool
    is_weekend: bool


def days_between(start: datetime, end: datetime, version: CalendarVersion, most: int = 60) -> list[DayLine]:
    """Every day from the one after `start` to that of `end` (or of `start`, where minutes are counted from it)."""
    working = working_time(version.pk)
    first, last = working.day(start), working.day(end)
    if last < first or (last - first).days > most:
        return []
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    return [
        DayLine(day, working.is_working_day(day), working.is_makeup_day(day), day.weekday() >= SATURDAY) for day in days
    ]


def end_of(day: date) -> datetime:
    """The last working moment of that day, or of the working day before it. Raises CalendarYearMissing."""
    working = office_time()
    return working.end_of_day(day if working.is_working_day(day) else working.next_working_day(day, -1))


def due_for(document: Document, received_at: datetime) -> datetime | None:
    if document.urgency is None or document.calendar_version is None:
        return None
    return deadline(document.urgency, received_at=received_at, version=document.calendar_version).due_at
