"""Why a request is due when it is due: both promises, every stretch, and the days that counted otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.calendar import CalendarYearMissing, WorkingTime, working_time
from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.core.models import CalendarDay
from apps.servicedesk.clock import ClockReading, Segment, read_clock, read_first_answer
from apps.servicedesk.enums import ClockOutcome, Priority, RequestState
from apps.servicedesk.models import ClockEntry, Request, ThirdPartyWait
from apps.servicedesk.rules import can_set_due
from apps.servicedesk.services.moving import ledger
from apps.servicedesk.views.acting import fetch

DAYS_SHOWN = 60
OUTCOME_COLOURS = {
    ClockOutcome.RUNNING: "blue",
    ClockOutcome.PAUSED: "yellow",
    ClockOutcome.MET: "green",
    ClockOutcome.MISSED: "red",
}


@dataclass(frozen=True)
class Stretch:
    """A segment of the clock in words."""

    label: str
    colour: str
    reason: str
    starts_at: datetime
    ends_at: datetime | None
    minutes: int
    counts: bool


@dataclass(frozen=True)
class Aim:
    """What was promised from a moment on: by the policy, for another priority, or by the director."""

    at: datetime
    words: str
    minutes: int | None
    due_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Explanation:
    """Everything the page tells, read from the ledger alone."""

    whole: ClockReading
    first: ClockReading | None
    stretches: list[Stretch]
    aims: list[Aim]
    days: list[CalendarDay]

    @property
    def outcome_colour(self) -> str:
        return OUTCOME_COLOURS.get(self.whole.outcome, "secondary")

    @property
    def first_colour(self) -> str:
        return OUTCOME_COLOURS.get(self.first.outcome, "secondary") if self.first else ""

    @property
    def overrun(self) -> int:
        """Working minutes beyond the target, zero within it."""
        return max(-self.whole.left_minutes, 0)


def explain(item: Request, at: datetime) -> Explanation:
    """Four queries. Raises CalendarYearMissing."""
    entries, working = ledger(item), working_time(item.calendar_version_id)
    whole = read_clock(entries, working, item.target_minutes, at=at)
    waits = {wait.at: wait for wait in ThirdPartyWait.objects.filter(request=item)}
    return Explanation(
        whole,
        read_first_answer(entries, working, at=at),
        [stretch_of(segment, waits) for segment in whole.segments],
        aims_of(item, entries),
        special_days(item, whole, working, at),
    )


def stretch_of(segment: Segment, waits: dict[datetime, ThirdPartyWait]) -> Stretch:
    runs = segment.kind in (ClockKind.START, ClockKind.RESUME)
    wait = waits.get(segment.starts_at)
    if runs:
        label, colour = _("runs"), "blue"
    elif segment.kind == ClockKind.PAUSE and wait:
        label, colour = _("stands still: the office waits for %(party)s") % {"party": wait.party}, "yellow"
    elif segment.kind == ClockKind.PAUSE:
        label, colour = _("stands still: the requester's turn"), "yellow"
    else:
        label, colour = _("stopped"), "secondary"
    return Stretch(label, colour, segment.reason, segment.starts_at, segment.ends_at, segment.minutes, runs)


def aims_of(item: Request, entries: Iterable[ClockEntry]) -> list[Aim]:
    found = []
    for entry in entries:
        if entry.kind == ClockKind.START:
            minutes = item.target_minutes if entry.target_minutes is None else entry.target_minutes
            found.append(Aim(entry.at, _("promised when it was filed"), minutes, None, ""))
        elif entry.kind == ClockKind.SET_TARGET:
            words = _("priority set to “%(priority)s”") % {"priority": Priority(entry.priority).label}
            found.append(Aim(entry.at, words, entry.target_minutes, None, entry.reason))
        elif entry.kind == ClockKind.SET_DUE:
            found.append(Aim(entry.at, _("new date by the director"), None, entry.new_due_at, entry.reason))
    return found


def special_days(item: Request, reading: ClockReading, working: WorkingTime, at: datetime) -> Sequence[CalendarDay]:
    """Holidays and make-up days between the filing and the end, the due time or now, whichever is last (one query)."""
    last = max(moment for moment in (item.submitted_at, item.closed_at, reading.due_at, at) if moment)
    if item.closed_at:
        last = max(item.closed_at, reading.due_at or item.closed_at)
    first, final = working.day(item.submitted_at), working.day(last)
    rows = CalendarDay.objects.filter(version=item.calendar_version_id, day__gte=first, day__lte=final)
    return list(rows.order_by("day")[:DAYS_SHOWN])


@require_GET
def clock(request: HttpRequest, pk: int) -> HttpResponse:
    """The same reading for everybody who may see the request; the director is led to the correction from here."""
    item, at = fetch(request, pk), now()
    if item.state == RequestState.DRAFT:
        return redirect("servicedesk:draft", pk)
    context = {"item": item, "may_set_due": can_set_due(request.user, item, at)}
    try:
        context["explained"] = explain(item, at)
    except CalendarYearMissing as error:
        context["missing"] = str(error)
    return render(request, "servicedesk/clock.html", context)
