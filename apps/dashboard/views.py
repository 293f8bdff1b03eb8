"""Each person's own page, and the director's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.assignments.standing import standing_of
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.calendar_alarm import missing_years
from apps.core.clock import now
from apps.core.work_item import Section
from apps.dashboard import rail
from apps.dashboard.board import build_board
from apps.dashboard.charts import flow_chart
from apps.notices.models import Obligation
from apps.people.deputies import principals
from apps.people.enums import DeputyScope, Role
from apps.servicedesk.models import Request, Service

SHORT_LIST = 6


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I wait for, my notices, and where to start something."""
    at = now()
    only = request.GET.get("section", "")
    board = build_board(request.user, at=at, only=only if only in Section.values else "")
    context = {
        "board": board,
        "only": only,
        "today": timezone.localtime(at).date(),
        "day_kind": day_kind(at),
        "calendar_missing": office_time().is_missing,
        "stands_in_for": principals(request.user, scope=DeputyScope.ALL, at=at),
    }
    if request.htmx and "poll" in request.GET:
        return _poll(request, context)
    if request.user.has_role(Role.DIRECTOR):
        return render(request, "dashboard/director.html", context | director_parts(at))
    return render(request, "dashboard/home.html", context | own_parts(request))


def _poll(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """204 while the list is still right, else a line that offers to reload: rows never move by themselves."""
    if request.GET["poll"] == context["board"].signature:
        return HttpResponse(status=204)
    return render(request, "dashboard/changed.html", context)


def own_parts(request: HttpRequest) -> dict[str, object]:
    user = request.user
    mine = Request.objects.filter(requester=user).open().select_related("service", "handler")
    inbox = Obligation.objects.inbox_of(user).order_by("-created_at")
    return {
        "my_requests": list(mine.order_by("-submitted_at")[:SHORT_LIST]),
        "my_notices": list(inbox[:SHORT_LIST]),
        "looks_after_units": user.is_office or bool(standing_of(user).paths),
        "services": list(Service.objects.askable_by(user).select_related("area").order_by("area__order", "order")[:9]),
    }


def director_parts(at: object) -> dict[str, object]:
    flow = rail.flow(at)
    return {
        "colleagues": rail.colleagues(at),
        "flow": flow,
        "flow_chart": flow_chart(flow),
        "missing_years": missing_years(at),
    }


def day_kind(at: object) -> str:
    """ "working", "makeup", "closed" or "" when the calendar does not know."""
    working = office_time()
    day = working.day(at)
    try:
        if working.is_makeup_day(day):
            return "makeup"
        return "working" if working.is_working_day(day) else "closed"
    except CalendarYearMissing:
        return ""
