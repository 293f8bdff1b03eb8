"""The supervision list for the office and the leaders, and its sheet to print."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.assignments.forms import unit_choices, units_in_use
from apps.assignments.hands import Hands
from apps.assignments.lateness import late_days
from apps.assignments.models import Part
from apps.assignments.rules import may_call, may_read_supervision
from apps.assignments.supervision import CLOSED, CLOSED_LATE, FIGURES, MONTH, Asked, lines_of, read_asked, rows_of
from apps.assignments.tree import BESIDE, GIVERS
from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.pages import keyset_page

MOST_PRINTED = 1000


@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """Figures by unit, and the rows of the one that is asked for."""
    at, asked = now(), read(request)
    rows = rows_of(asked, request.user, at).select_related("assignment", *BESIDE, *GIVERS)
    newest = asked.show in (CLOSED, CLOSED_LATE, MONTH)
    page = keyset_page(rows, by=asked.figure.order, cursor=request.GET.get("cursor", ""), newest_first=newest)
    lines = lines_of(asked, request.user, at)
    context = {
        "asked": asked,
        "page": page,
        "rows": _worded(page.rows, at),
        "whole": lines[0],
        "lines": lines[1:],
        "units": unit_choices(units_in_use()),
        "figures": list(FIGURES.values()),
        "sheet_url": asked.url("assignments:sheet", show=MONTH),
        "export_query": asked.url().partition("?")[2],
        "may_call": may_call(request.user),
    }
    return render(request, "assignments/supervision.html", context)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The month on paper: figures by unit, and every part that was in hand."""
    at, asked = now(), read(request)
    rows = rows_of(asked, request.user, at).select_related("assignment", *BESIDE, *GIVERS)
    found = list(rows.order_by("unit__path", "due_at", "pk")[: MOST_PRINTED + 1])
    lines = lines_of(asked, request.user, at)
    context = {
        "asked": asked,
        "rows": _worded(found[:MOST_PRINTED], at),
        "more": len(found) > MOST_PRINTED,
        "most": MOST_PRINTED,
        "whole": lines[0],
        "lines": lines[1:],
        "at": at,
    }
    return render(request, "assignments/sheet.html", context)


def read(request: HttpRequest) -> Asked:
    if not may_read_supervision(request.user):
        raise PermissionDenied(_("The supervision list is for the office and the leaders."))
    return read_asked(request.GET, office_time().day(now()))


def _worded(rows: list[Part], at: object) -> list[Part]:
    """Each row with who has it and how late it is."""
    hands, working = Hands(rows, at), office_time()
    for row in rows:
        row.hands, row.late_now, row.days_late = hands.of(row), row.is_late(at), late_days(row, working, at)
    return rows
