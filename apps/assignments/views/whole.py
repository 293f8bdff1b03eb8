"""One assignment: its units as a tree; who gave it adds units, changes the lead, closes, calls off, opens again."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.assignments import services
from apps.assignments.models import Assignment
from apps.assignments.rules import as_giver
from apps.assignments.services.errors import UnableToAct
from apps.assignments.tree import tree_of
from apps.assignments.views import once
from apps.assignments.whole_screen import WholeScreen, whole_form
from apps.core.clock import now

Work = Callable[[Assignment, forms.Form], None]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, fetch(request, pk))


@require_POST
def add_part(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Assignment, form: forms.Form) -> None:
        services.add_part(assignment=row, actor=request.user, part=form.part(), at=now())

    return perform(request, pk, "add_part", work, _("The unit was told and signs for it."))


@require_POST
def change_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """And, if wished, nothing is asked of the former lead any more."""

    def work(row: Assignment, form: forms.Form) -> None:
        at, reason, before = now(), form.cleaned_data["reason"], tree_of(row).lead
        services.change_lead(assignment=row, unit=form.chosen, reason=reason, actor=request.user, at=at)
        if form.cleaned_data["excuses"]:
            services.excuse(part=before, actor=request.user, reason=reason, at=at)

    return perform(request, pk, "change_lead", work, _("Another unit leads; both were told."))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Assignment, form: forms.Form) -> None:
        services.close(assignment=row, actor=request.user, note=form.cleaned_data["note"], at=now())

    return perform(request, pk, "close", work, _("The assignment is closed."))


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Assignment, form: forms.Form) -> None:
        services.call_off(assignment=row, actor=request.user, reason=form.cleaned_data["reason"], at=now())

    return perform(request, pk, "call_off", work, _("Called off; the units were told."))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    def work(row: Assignment, form: forms.Form) -> None:
        services.reopen(assignment=row, actor=request.user, reason=form.cleaned_data["reason"], at=now())

    return perform(request, pk, "reopen", work, _("Opened again; the lead was told what is missing."))


def fetch(request: HttpRequest, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(request.user).select_related(
        "given_by", "given_for", "ended_by", "ended_for", "subject_type"
    )
    return get_object_or_404(rows, pk=pk)


def perform(request: HttpRequest, pk: int, act: str, work: Work, done: str) -> HttpResponse:
    """As for a part: right, form, one service call, and once."""
    if before := once.led_to(request):
        return redirect(before)
    row, sent = fetch(request, pk), {}
    if not as_giver(request.user, row):
        raise PermissionDenied(_("This is for who gave the assignment, and for the office."))
    try:
        with transaction.atomic():
            once.claim(request)
            sent[act] = form = whole_form(act, row, request.POST)
            if not form.is_valid():
                raise once.NotInOrder
            work(row, form)
            once.settle(request, row.get_absolute_url())
    except once.Repeated as again:
        return redirect(again.url or row)
    except once.NotInOrder:
        return show(request, row, sent, status=422)
    except UnableToAct as error:
        messages.error(request, str(error))
        sent[act].add_error(None, str(error))
        return show(request, fetch(request, pk), sent, status=422)
    messages.success(request, done)
    return redirect(row.get_absolute_url())


def show(
    request: HttpRequest, row: Assignment, sent: dict[str, forms.Form] | None = None, *, status: int = 200
) -> HttpResponse:
    screen = WholeScreen(row, request.user, now(), sent or {})
    context = {"screen": screen, "assignment": row, "acting_for": screen.acting_for}
    return render(request, "assignments/detail.html", context, status=status)
