"""For how long a finished request can be opened again, and how often it was."""

from datetime import datetime
from itertools import pairwise

from apps.core.calendar import CalendarYearMissing, working_time
from apps.core.enums import ClockKind
from apps.servicedesk.models import ClockEntry, Request


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


def count_reopenings(request: Request) -> int:
    """How often the clock went on after it had stopped, by the ledger (one query)."""
    kinds = ClockEntry.objects.filter(request=request).exclude(kind=ClockKind.SET_DUE).order_by("at", "pk")
    kinds = list(kinds.values_list("kind", flat=True))
    return sum(pair == (ClockKind.STOP, ClockKind.RESUME) for pair in pairwise(kinds))
