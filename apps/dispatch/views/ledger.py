"""The ledger of document numbers of either direction: every number of a series and year with what became of it, the
gaps, what the last night's check found; numbers are reserved and taken out of use here.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.models import IssuedNumber, NumberCounter
from apps.core.pages import Page, keyset_page
from apps.dispatch import forms, rules
from apps.dispatch.gaps import missing_numbers
from apps.documents import rules as document_rules
from apps.documents import services as documents
from apps.documents.enums import Direction, NumberUse
from apps.documents.models import Document, DocumentNumber, Series
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form

COLOURS = {
    NumberUse.ISSUED: "green",
    NumberUse.RESERVED: "yellow",
    NumberUse.USED: "teal",
    NumberUse.VOID: "secondary",
}
OUTSIDE = (NumberUse.RESERVED, NumberUse.USED)


def check_may_see(request: HttpRequest) -> None:
    if not rules.can_see_ledger(request.user):
        raise PermissionDenied(_("The ledger of numbers is for the office."))


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """One series and one year at a time, by default the first series of what goes out and its newest year."""
    check_may_see(request)
    return ledger_page(request, forms.ReserveForm(today=today(), auto_id="reserve_%s"))


def ledger_page(request: HttpRequest, form: forms.ReserveForm) -> HttpResponse:
    series = list(Series.objects.select_related("numbers", "unit").order_by("-direction", "order", "pk"))
    chosen = chosen_of(series, request.GET.get("series", ""), lambda row: row.pk)
    counters = list(NumberCounter.objects.filter(series=chosen.numbers_id).order_by("-year")) if chosen else []
    counter = chosen_of(counters, request.GET.get("year", ""), lambda row: row.year)
    context = {"series": series, "chosen": chosen, "counters": counters, "counter": counter, "form": form}
    if counter:
        context |= {"page": page_of(request, counter), "gaps": missing_numbers(chosen.numbers, counter.year)}
    context |= {"check": documents.last_check(), "may_reserve": rules.can_register(request.user)}
    context["may_set"] = document_rules.can_edit_series(request.user)
    return render(request, "dispatch/ledger.html", context, status=422 if form.is_bound else 200)


def chosen_of(rows: Sequence[Any], text: str, key: Callable[[Any], int]) -> Any:
    """The row that the address names, else the first; None where there is none."""
    return next((row for row in rows if str(key(row)) == text), rows[0] if rows else None)


def page_of(request: HttpRequest, counter: NumberCounter) -> Page:
    """Each number with its line, the highest first; titles only of papers that this person may read, and no line of
    one of which they may not even know.
    """
    user = request.user
    line = "document_line__document"
    known = Q(**{f"{line}__isnull": True}) | Q(**{f"{line}__in": Document.objects.known_to(user)})
    numbers = IssuedNumber.objects.filter(known, series=counter.series_id, year=counter.year)
    beside = (line, "document_line__issued_by", "document_line__voided_by")
    page = keyset_page(numbers.select_related(*beside), by="number", cursor=request.GET.get("cursor", ""))
    lines = [getattr(row, "document_line", None) for row in page.rows]
    keys = [line.document_id for line in lines if line and line.document_id]
    readable = set(Document.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    for row, line in zip(page.rows, lines, strict=True):
        row.line, row.colour = line, COLOURS[NumberUse(line.use)] if line else "red"
        row.may_read = bool(line and line.document_id in readable)
        row.may_void = bool(line and line.use in OUTSIDE and rules.can_void(user))
        row.may_use = bool(line and line.use == NumberUse.RESERVED and rules.can_register(user))
    return page


def address(line: DocumentNumber) -> str:
    """Where the ledger shows this line."""
    return f"{reverse('dispatch:ledger')}?{urlencode({'series': line.series_id, 'year': line.issued.year})}"


@require_POST
def reserve(request: HttpRequest) -> HttpResponse:
    """A number for a paper that is written outside the portal. Sent twice it is one number."""
    if not rules.can_register(request.user):
        raise PermissionDenied
    form = forms.ReserveForm(request.POST, today=today(), auto_id="reserve_%s")
    if not form.is_valid():
        return ledger_page(request, form)
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or "dispatch:ledger")
            line = documents.reserve_number(actor=request.user, **form.cleaned_data)
            settle_form(token=token, result_url=address(line))
    except documents.UnableToNumber as error:
        form.add_error(None, str(error))
        return ledger_page(request, form)
    messages.success(request, _("Reserved: %(number)s") % {"number": line.issued.text})
    return redirect(address(line))


@require_POST
def void_line(request: HttpRequest, line_pk: int) -> HttpResponse:
    """The director takes a reserved number out of use; a paper's own number ends on its page."""
    check_may_see(request)
    rows = DocumentNumber.objects.filter(series__direction=Direction.OUTGOING).select_related("issued", "series")
    line = get_object_or_404(rows, pk=line_pk)
    if not rules.can_void(request.user):
        raise PermissionDenied
    form = forms.ReasonForm(request.POST)
    page = redirect(address(line))
    if line.use == NumberUse.ISSUED:
        messages.error(request, _("The number of a paper is taken out of use on the page of the paper."))
        return page
    if not form.is_valid():
        messages.error(request, _("Write down why the number is not used: the ledger keeps it."))
        return page
    try:
        documents.take_out_of_use(line=line, actor=request.user, **form.cleaned_data)
    except documents.UnableToNumber as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The number is out of use; it stays in the ledger with the reason."))
    return page


def today() -> date:
    return timezone.localtime(now()).date()
