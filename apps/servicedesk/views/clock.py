"""Why a request is due when it is due."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.calendar import CalendarYearMissing
from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.servicedesk.clock import ClockReading, Segment
from apps.servicedesk.enums import RequestState
from apps.servicedesk.services import reading_of
from apps.servicedesk.views.acting import fetch


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


def stretch_of(segment: Segment) -> Stretch:
    runs = segment.kind in (ClockKind.START, ClockKind.RESUME)
    if runs:
        label, colour = _("runs"), "blue"
    elif segment.kind == ClockKind.PAUSE:
        label, colour = _("stands still: the requester's turn"), "yellow"
    else:
        label, colour = _("stopped"), "secondary"
    return Stretch(label, colour, segment.reason, segment.starts_at, segment.ends_at, segment.minutes, runs)


@require_GET
def clock(request: HttpRequest, pk: int) -> HttpResponse:
    """Every stretch of the clock with its working minutes, and what they add up to."""
    item = fetch(request, pk)
    if item.state == RequestState.DRAFT:
        return redirect("servicedesk:draft", pk)
    reading: ClockReading | None = None
    missing = ""
    try:
        reading = reading_of(item, at=now())
    except CalendarYearMissing as error:
        missing = str(error)
    stretches = [stretch_of(segment) for segment in reading.segments] if reading else []
    context = {"item": item, "reading": reading, "segments": stretches, "missing": missing}
    return render(request, "servicedesk/clock.html", context)
