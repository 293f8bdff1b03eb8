"""Beside the director's list: who has how much, who is away, what came in and went out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.measure import Period
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Deputy, Person
from apps.servicedesk import figures
from apps.servicedesk.enums import RUNNING_STATES
from apps.servicedesk.measures import rows_url
from apps.servicedesk.models import Request

DAYS = 10
COLLEAGUES = 12
NOTHING = (0, 0)


@dataclass(frozen=True)
class Colleague:
    person: Person
    open: int
    overdue: int
    away_until: datetime | None
    deputy: Person | None
    open_url: str


def colleagues(at: datetime) -> list[Colleague]:
    """The twelve who have most: clerks and the director with their open and overdue requests (three queries)."""
    away: dict[int, Deputy] = {}
    for row in Deputy.objects.in_force(at).select_related("deputy").order_by("ends_at"):
        away.setdefault(row.principal_id, row)
    have = open_counts(at)
    today = Period(*[timezone.localtime(at).date()] * 2)
    people = sorted(
        Person.objects.active().with_role(*HANDLER_ROLES),
        key=lambda person: (-have.get(person.pk, NOTHING)[0], person.pk),
    )
    return [
        Colleague(
            person,
            *have.get(person.pk, NOTHING),
            away[person.pk].ends_at if person.pk in away else None,
            away[person.pk].deputy if person.pk in away else None,
            rows_url("open", today, handler=person.pk),
        )
        for person in people[:COLLEAGUES]
    ]


def open_counts(at: datetime) -> dict[int, tuple[int, int]]:
    """By handler: how many open requests, and how many of them overdue (one query on the index of open ones)."""
    late = Q(state__in=RUNNING_STATES, due_at__lt=at)
    rows = Request.objects.open().filter(handler__isnull=False).values("handler")
    counted = rows.annotate(open=Count("*"), overdue=Count("state", filter=late))  # only what the index holds
    return {handler: (count, overdue) for handler, count, overdue in counted.values_list("handler", "open", "overdue")}


@dataclass(frozen=True)
class Flow:
    day: date
    received: int
    completed: int

    @property
    def received_url(self) -> str:
        return rows_url("received", Period(self.day, self.day))

    @property
    def completed_url(self) -> str:
        return rows_url("completed", Period(self.day, self.day))


def last_working_days(at: datetime, count: int = DAYS) -> list[date]:
    """The last `count` working days up to today, oldest first; plain days where the calendar is not loaded."""
    working, day = office_time(), timezone.localtime(at).date()
    days: list[date] = []
    while len(days) < count:
        if _counts(working, day):
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]


def _counts(working: WorkingTime, day: date) -> bool:
    try:
        return working.is_working_day(day)
    except CalendarYearMissing:
        return True


def flow(at: datetime) -> list[Flow]:
    """Requests received and completed on each of the last working days, by the headline definitions (two queries)."""
    days = last_working_days(at)
    whole = Period(days[0], days[-1])
    received = _per_day("submitted_at", figures.received(whole, at))
    completed = _per_day("closed_at", figures.completed(whole, at))
    return [Flow(day, received.get(day, 0), completed.get(day, 0)) for day in days]


def _per_day(column: str, rows: QuerySet) -> dict[date, int]:
    counted = rows.order_by().annotate(day=TruncDate(column)).values("day").annotate(count=Count("*"))
    return dict(counted.values_list("day", "count"))
