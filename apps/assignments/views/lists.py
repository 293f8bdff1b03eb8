"""What the own units have to do: for clerks, heads and whoever is named."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.assignments.enums import ENDED, PartState
from apps.assignments.hands import Hands
from apps.assignments.lateness import late_days
from apps.assignments.managers import PartQuerySet, given_by, set_by
from apps.assignments.models import Part
from apps.assignments.rules import may_call, may_read_supervision
from apps.assignments.standing import standing_of
from apps.assignments.supervision import OVERDUE, PAUSED
from apps.assignments.tree import BESIDE, GIVERS
from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.people.models import Person

TO_DO, UP, OVER = "to_do", "up", "over"
SHOWN = (TO_DO, UP, OVER, OVERDUE, PAUSED)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """`show`: to_do (the unit's turn), up (reported, waits for the level above), over; overdue: what is late of what
    one gave; paused: clocks that stand still for units whose day one set.
    """
    show, at = request.GET.get("show", ""), now()
    show = show if show in SHOWN else TO_DO
    rows = _narrowed(request.user, show, at).select_related("assignment", *BESIDE, *GIVERS)
    by, newest = ("ended_at", True) if show == OVER else ("due_at", False)
    page = keyset_page(rows, by=by, cursor=request.GET.get("cursor", ""), newest_first=newest)
    hands, working = Hands(page.rows, at), office_time()
    for row in page.rows:
        row.hands, row.late_now, row.days_late = hands.of(row), row.is_late(at), late_days(row, working, at)
    context = {
        "page": page,
        "show": show,
        "may_read_supervision": may_read_supervision(request.user),
        "may_call": may_call(request.user),
    }
    return render(request, "assignments/list.html", context)


def own_parts(user: Person) -> PartQuerySet:
    """Of the units that the person is clerk or head of (or stands in for), and those that the person is to do."""
    standing = standing_of(user)
    mine = Q(unit__path__in=standing.paths) | Q(person__in=list(standing.people)) | Q(stand_in=user)
    return Part.objects.visible_to(user).filter(mine)


def _narrowed(user: Person, show: str, at: datetime) -> PartQuerySet:
    if show == OVERDUE:
        return Part.objects.visible_to(user).late(at).filter(given_by(user, "assignment__"))
    if show == PAUSED:
        return Part.objects.visible_to(user).filter(set_by(user), paused_at__isnull=False)
    rows = own_parts(user)
    if show == OVER:
        return rows.filter(state__in=ENDED)
    return rows.filter(state=PartState.CONFIRMED) if show == UP else rows.units_turn()
