"""Requests that come again by a rule: begun from a filed one, looked at, changed, paused, ended."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.date_rules import upcoming
from apps.core.pages import keyset_page
from apps.journal.forms import read_token
from apps.journal.services import take_form
from apps.questionnaires.display import answer_lines
from apps.servicedesk import rules, services
from apps.servicedesk.enums import RecurrenceState
from apps.servicedesk.forms import RecurrenceForm
from apps.servicedesk.models import Recurrence
from apps.servicedesk.services import UnableToMove
from apps.servicedesk.views.acting import fetch, posted_version

DATES_SHOWN, ROWS_SHOWN = 5, 50


@require_GET
def recurring(request: HttpRequest) -> HttpResponse:
    """What the person keeps, or is asked for in the person's name; newest first."""
    rows = Recurrence.objects.concerning(request.user).select_related("origin__service", "origin__requester", "kept_by")
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    return render(request, "servicedesk/recurring.html", {"page": page})


@require_http_methods(["GET", "POST"])
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a filed request on dates by a rule."""
    item = fetch(request, pk)
    if not rules.can_repeat(request.user, item):
        raise PermissionDenied
    form = RecurrenceForm(request.POST or None)
    if not form.is_valid():
        context = {"item": item, "form": form}
        return render(request, "servicedesk/repeat.html", context, status=422 if form.is_bound else 200)
    if not take_form(token=read_token(request), person=request.user)[0]:
        return redirect("servicedesk:recurring")
    made = services.repeat(request=item, actor=request.user, values=form.values())
    messages.success(request, _("Kept. You are told whenever a date has come."))
    return redirect(made)


def fetch_recurrence(request: HttpRequest, pk: int) -> Recurrence:
    rows = Recurrence.objects.visible_to(request.user)
    rows = rows.select_related("origin__service", "origin__requester", "kept_by", "answer_set__form_version")
    return get_object_or_404(rows, pk=pk)


def show(
    request: HttpRequest, row: Recurrence, form: RecurrenceForm | None = None, *, status: int = 200
) -> HttpResponse:
    at = now()
    coming, unknown = upcoming(row.dates, office_time(), after=at, count=DATES_SHOWN)
    context = {
        "row": row,
        "form": form or RecurrenceForm(kept=row),
        "may": rules.can_keep(request.user, row),
        "coming": coming if row.state == RecurrenceState.RUNNING else [],
        "unknown": unknown,
        "past": row.rows.select_related("request").order_by("-date")[:ROWS_SHOWN],
        "lines": answer_lines(row.answer_set),
    }
    return render(request, "servicedesk/recurrence.html", context, status=status)


@require_GET
def recurrence(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, fetch_recurrence(request, pk))


def perform(request: HttpRequest, row: Recurrence, work: Callable[[], object], done: str) -> HttpResponse:
    try:
        work()
    except UnableToMove as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(row)


@require_POST
def change_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_recurrence(request, pk)
    form = RecurrenceForm(request.POST)
    if not rules.can_keep(request.user, row):
        raise PermissionDenied
    if not form.is_valid():
        return show(request, row, form, status=422)
    try:
        services.change_rule(recurrence=row, actor=request.user, values=form.values(), version=posted_version(request))
    except UnableToMove as error:
        form.add_error(None, str(error))
        return show(request, fetch_recurrence(request, pk), form, status=409)
    messages.success(request, _("The dates are changed."))
    return redirect(row)


@require_POST
def pause_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_recurrence(request, pk)
    work = lambda: services.set_state(recurrence=row, actor=request.user, state=RecurrenceState.PAUSED)  # noqa: E731
    return perform(request, row, work, _("Paused; no date is made until you go on."))


@require_POST
def resume_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_recurrence(request, pk)
    work = lambda: services.set_state(recurrence=row, actor=request.user, state=RecurrenceState.RUNNING)  # noqa: E731
    return perform(request, row, work, _("It goes on with the next date."))


@require_POST
def end_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_recurrence(request, pk)
    work = lambda: services.set_state(recurrence=row, actor=request.user, state=RecurrenceState.ENDED)  # noqa: E731
    return perform(request, row, work, _("Ended; nothing is made any more."))
