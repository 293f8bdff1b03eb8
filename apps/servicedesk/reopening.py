"""For how long a finished request can be opened again, and how often it was."""

from datetime import date, datetime
from itertools import pairwise

from apps.core.calendar import CalendarYearMissing, working_time
from apps.core.enums import TURNS, ClockKind
from apps.servicedesk.models import ClockEntry, Merge, Request

ENDS = (ClockKind.STOP, ClockKind.CANCEL)


def may_still_reopen(request: Request, at: datetime) -> bool:
    """Within the window of its service, in working days of the calendar that the request keeps; while that does not
    know the year, nobody is turned away.
    """
    working = working_time(request.calendar_version_id)
    try:
        days = working.working_days_between(working.day(request.closed_at), working.day(at))
    except CalendarYearMissing:
        return True
    return days <= request.service.reopen_days


def reopen_until(request: Request) -> date:
    """The last day on which a closed request can be opened again; then it is final. Computed, never a state.

    Raises CalendarYearMissing.
    """
    working = working_time(request.calendar_version_id)
    return working.next_working_day(working.day(request.closed_at), request.service.reopen_days)


def count_reopenings(request: Request) -> int:
    """How often the clock went on after it had ended, by the ledger; being taken out of another request is no
    reopening (two queries).
    """
    lines = ClockEntry.objects.filter(request=request, kind__in=TURNS).order_by("at", "pk")
    taken_out = set(Merge.objects.filter(request=request, undone_at__isnull=False).values_list("undone_at", flat=True))
    turns = pairwise(lines.values_list("kind", "at"))
    return sum(
        before in ENDS and kind == ClockKind.RESUME and at not in taken_out for (before, _at), (kind, at) in turns
    )
