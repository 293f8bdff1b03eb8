"""The leaders' summary: every figure with the same figure of the period before, and the pictures.

What is counted by day and by service is counted by the definitions of the headline figures, so the sums agree.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from apps.core.measure import Measure, Period
from apps.reports.measures import MEASURES
from apps.servicedesk import figures as desk
from apps.servicedesk.measures import rows_url
from apps.servicedesk.models import Service

WEEKLY_FROM_DAYS = 35


@dataclass(frozen=True)
class Figure:
    """A measure beside itself in the period before."""

    now: Measure
    before: Measure | None

    @property
    def change(self) -> float | None:
        if self.before is None or self.before.value is None or self.now.value is None:
            return None
        return round(self.now.value - self.before.value, 1)

    @property
    def is_better(self) -> bool | None:
        """None where there is no better or worse, or nothing to compare."""
        if not self.change or self.now.higher_is_better is None:
            return None
        return (self.change > 0) == self.now.higher_is_better


@dataclass(frozen=True)
class Bucket:
    """One column of the picture: a day, or a week cut off at the end of the period."""

    days: Period
    received: int
    completed: int

    @property
    def received_url(self) -> str:
        return rows_url("received", self.days)

    @property
    def completed_url(self) -> str:
        return rows_url("completed", self.days)


@dataclass(frozen=True)
class ServiceLine:
    """`open` as of the end of the period, or now while it runs."""

    service: Service
    period: Period
    received: int
    completed: int
    open: int

    @property
    def received_url(self) -> str:
        return rows_url("received", self.period, service=self.service.pk)

    @property
    def completed_url(self) -> str:
        return rows_url("completed", self.period, service=self.service.pk)

    @property
    def open_url(self) -> str:
        return rows_url("open", self.period, service=self.service.pk)


@dataclass(frozen=True)
class Summary:
    period: Period
    before: Period
    at: datetime
    figures: list[Figure]
    buckets: list[Bucket]
    services: list[ServiceLine]


def build_summary(period: Period, *, at: datetime) -> Summary:
    """Everything on the page. The period before has as many days."""
    before = period.before()
    return Summary(
        period, before, at, figures(period, before, at=at), buckets(period, at=at), service_lines(period, at=at)
    )


def figures(period: Period, before: Period, *, at: datetime) -> list[Figure]:
    before_now = [measure for source in MEASURES for measure in source(before, at=at)]
    earlier = {measure.code: measure for measure in before_now if not measure.is_of_now}
    return [Figure(measure, earlier.get(measure.code)) for source in MEASURES for measure in source(period, at=at)]


def buckets(period: Period, *, at: datetime) -> list[Bucket]:
    """Received and completed by day, or by week where the period is long (two queries)."""
    step = 1 if period.days <= WEEKLY_FROM_DAYS else 7
    received = per_day("submitted_at", desk.received(period, at))
    completed = per_day("closed_at", desk.completed(period, at))
    rows = []
    first = period.first
    while first <= period.last:
        days = Period(first, min(first + timedelta(days=step - 1), period.last))
        rows.append(Bucket(days, _sum(received, days), _sum(completed, days)))
        first += timedelta(days=step)
    return rows


def _sum(counts: dict[date, int], days: Period) -> int:
    return sum(counts.get(days.first + timedelta(days=n), 0) for n in range(days.days))


def per_day(column: str, rows: QuerySet) -> dict[date, int]:
    counted = rows.order_by().annotate(day=TruncDate(column)).values("day").annotate(count=Count("*"))
    return dict(counted.values_list("day", "count"))


def service_lines(period: Period, *, at: datetime) -> list[ServiceLine]:
    """Services with what came in, was completed and is open, the busiest first (four queries)."""
    received = _per_service(desk.received(period, at))
    completed = _per_service(desk.completed(period, at))
    open_then = _per_service(desk.open_at(period, at))
    lines = [
        ServiceLine(row, period, received.get(row.pk, 0), completed.get(row.pk, 0), open_then.get(row.pk, 0))
        for row in Service.objects.order_by("pk")
    ]
    return sorted(lines, key=lambda line: -line.received)


def _per_service(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values("service").annotate(count=Count("*")).values_list("service", "count"))
