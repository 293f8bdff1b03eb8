"""The leaders' summary: every figure with the same figure of the period before, and the pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from apps.core.measure import Measure, Period
from apps.reports.measures import MEASURES
from apps.servicedesk.models import Request, Service

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
    """One column of the picture: a day, or a week that begins on `first`."""

    first: date
    received: int
    completed: int


@dataclass(frozen=True)
class ServiceLine:
    service: Service
    received: int
    completed: int
    open: int


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
    return Summary(period, before, at, figures(period, before, at=at), buckets(period), service_lines(period))


def figures(period: Period, before: Period, *, at: datetime) -> list[Figure]:
    earlier = {measure.code: measure for source in MEASURES for measure in source(before, at=at)}
    return [Figure(measure, earlier.get(measure.code)) for source in MEASURES for measure in source(period, at=at)]


def buckets(period: Period) -> list[Bucket]:
    """Received and completed by day, or by week where the period is long (two queries)."""
    step = 1 if period.days <= WEEKLY_FROM_DAYS else 7
    received, completed = _per_day("submitted_at", period), _per_day("closed_at", period)
    rows = []
    first = period.first
    while first <= period.last:
        days = [first + timedelta(days=n) for n in range(step)]
        rows.append(Bucket(first, _sum(received, days), _sum(completed, days)))
        first += timedelta(days=step)
    return rows


def _sum(counts: dict[date, int], days: Iterable[date]) -> int:
    return sum(counts.get(day, 0) for day in days)


def _per_day(column: str, period: Period) -> dict[date, int]:
    rows = _inside(column, period).annotate(day=TruncDate(column)).values("day").annotate(count=Count("*"))
    return {row["day"]: row["count"] for row in rows}


def service_lines(period: Period) -> list[ServiceLine]:
    """Services with what came in, was closed and is open, the busiest first (four queries, each on its own index)."""
    received = _per_service(_inside("submitted_at", period))
    completed = _per_service(_inside("closed_at", period))
    open_now = _per_service(Request.objects.open())
    lines = [
        ServiceLine(row, received.get(row.pk, 0), completed.get(row.pk, 0), open_now.get(row.pk, 0))
        for row in Service.objects.order_by("pk")
    ]
    return sorted(lines, key=lambda line: -line.received)


def _inside(column: str, period: Period) -> QuerySet:
    return Request.objects.filter(**{f"{column}__gte": period.starts_at, f"{column}__lt": period.ends_at})


def _per_service(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values("service").annotate(count=Count("*")).values_list("service", "count"))
