"""Make the projection of the clocks again from their ledgers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from apps.core.calendar import CalendarYearMissing
from apps.servicedesk.enums import RUNNING_STATES
from apps.servicedesk.models import Request
from apps.servicedesk.services.moving import lock, reading_of

CHUNK = 500
Projection = tuple[object, object, object]


@dataclass(frozen=True)
class Difference:
    """What a row said and what its ledger says: due time, used minutes, within target."""

    request_id: int
    number: str
    kept: Projection
    computed: Projection

    def __str__(self) -> str:
        return f"{self.number}: {describe(self.kept)} -> {describe(self.computed)}"


def describe(projection: Projection) -> str:
    due_at, used, within = projection
    return f"due {due_at.isoformat() if due_at else '-'}, used {used}, within target {within}"


def rebuild_clocks(*, write: bool = True, only: QuerySet | None = None) -> Iterator[Difference]:
    """Give each difference as it is found; with `write`, mend it. Takes the filed requests in chunks, one lock at a
    time.

    A request whose calendar lacks a year is passed over: its due time stays empty, the calendar alarm says why.
    """
    rows = (Request.objects.all() if only is None else only).filter(submitted_at__isnull=False)
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = keys[-1]
        for pk in keys:
            difference = mend(pk, write=write)
            if difference:
                yield difference


@transaction.atomic
def mend(pk: int, *, write: bool) -> Difference | None:
    """Compare one row with its ledger. The row's version stays: nobody's form is outdated by this."""
    row = lock(Request(pk=pk))
    try:
        reading = reading_of(row)
    except CalendarYearMissing:
        return None
    kept = (row.due_at, row.used_minutes, row.within_target)
    computed = (reading.due_at, reading.used_minutes, reading.within_target)
    if kept == computed:
        return None
    if write:
        row.due_at, row.used_minutes, row.within_target = computed
        row.save(update_fields=["due_at", "used_minutes", "within_target"])
    return Difference(pk, row.number, kept, computed)


def fill_missing_due_times() -> int:
    """Running requests without a due time, because a calendar year was missing when they were filed."""
    return sum(1 for _difference in rebuild_clocks(only=Request.objects.filter(state__in=RUNNING_STATES, due_at=None)))
