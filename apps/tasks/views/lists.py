"""One's own tasks: to do, given to others, over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.tasks.managers import in_name_of
from apps.tasks.models import Task

SHOWN = ("mine", "given", "over")


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """`show`: mine (to do or reported), given (by me, unfinished), over. Newest first."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    at = now()
    people = in_name_of(request.user, at)
    rows = Task.objects.select_related("owner", "given_by").prefetch_related("subject")
    if show == "given":
        rows = rows.unfinished().filter(given_by__in=people)
    else:
        rows = rows.filter(owner__in=people)
        rows = rows.unfinished() if show == "mine" else rows.finished()
    page = keyset_page(rows, by="given_at", cursor=request.GET.get("cursor", ""))
    today = office_time().day(at)
    for row in page.rows:
        row.late_now = row.is_late(today)
    return render(request, "tasks/list.html", {"page": page, "show": show, "shown": SHOWN})
