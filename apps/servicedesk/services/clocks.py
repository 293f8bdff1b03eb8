"""Make the projection of the clocks again from their ledgers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.core.calendar import CalendarYearMissing
from apps.core.clock import now
from apps.servicedesk.enums import RUNNING_STATES
from apps.servicedesk.models import ClockEntry, Request
from apps.servicedesk.reopening import count_reopenings
from apps.servicedesk.services.moving import lock, projection_of

CHUNK = 500
LABELS = {
    "due_at": "due",
    "used_minutes": "used",
    "within_target": "within target",
    "first_due_at": "first answer due",
    "first_within_target": "first answer within target",
    "first_response_at": "first answer",
    "first_response_minutes": "first answer minutes",
    "priority": "priority",
}


@dataclass(frozen=True)
class Difference:
    """What a row said and what its ledger says, by column, where they differ."""

    request_id: int
    number: str
    kept: Mapping[str, object]
    computed: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.number}: {describe(self.kept)} -> {describe(self.computed)}"


def describe(columns: Mapping[str, object]) -> str:
    return ", ".join(f"{LABELS[name]} {plain(value)}" for name, value in columns.items())


def plain(value: object) -> object:
    if value is None:
        return "-"
    return value.isoformat() if isinstance(value, datetime) else value


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
        computed = projection_of(row) | priority_of(row) | {"reopen_count": count_reopenings(row)}
    except CalendarYearMissing:
        return None
    wrong = {name: value for name, value in computed.items() if getattr(row, name) != value}
    if not wrong:
        return None
    kept = {name: getattr(row, name) for name in wrong}
    if write:
        row.escalate_at = now() if row.is_running else None
        Request.objects.filter(pk=pk).update(**wrong, escalate_at=row.escalate_at)
    return Difference(pk, row.number, kept, wrong)


def priority_of(request: Request) -> dict[str, object]:
    """The priority that the ledger names last; nothing of a ledger that names none (filed before there were any)."""
    rows = ClockEntry.objects.filter(request=request, priority__isnull=False).order_by("-at", "-pk")
    found = rows.values_list("priority", flat=True).first()
    return {} if found is None else {"priority": found}


def fill_missing_due_times() -> int:
    """Running requests without a due time, because a calendar year was missing when they were filed."""
    return sum(1 for _difference in rebuild_clocks(only=Request.objects.filter(state__in=RUNNING_STATES, due_at=None)))
