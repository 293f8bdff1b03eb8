"""The ledger of numbers: every number of a series and year with what became of it, and the gaps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now
from apps.core.models import IssuedNumber, NumberCounter
from apps.core.pages import keyset_page
from apps.dispatch import forms, rules
from apps.dispatch.gaps import missing_numbers
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
def years(request: HttpRequest) -> HttpResponse:
    """Which series and years there are, with how far each is."""
    check_may_see(request)
    return years_page(request, forms.ReserveForm(today=today(), auto_id="reserve_%s"))


def years_page(request: HttpRequest, form: forms.ReserveForm) -> HttpResponse:
    rows = Series.objects.filter(direction=Direction.OUTGOING).select_related("numbers", "unit")
    found = list(rows.order_by("order", "pk"))
    counters: dict[int, list[NumberCounter]] = {}
    for counter in NumberCounter.objects.filter(series__in=[row.numbers_id for row in found]).order_by("-year"):
        counters.setdefault(counter.series_id, []).append(counter)
    for row in found:
        row.counters = counters.get(row.numbers_id, [])
    context = {"series": found, "form": form, "may_reserve": rules.can_register(request.user)}
    return render(request, "dispatch/ledger.html", context, status=422 if form.is_bound else 200)


@require_safe
def ledger(request: HttpRequest, series_pk: int, year: int) -> HttpResponse:
    """Each number with its line, the highest first; titles only of papers that this person may read."""
    check_may_see(request)
    rows = Series.objects.filter(direction=Direction.OUTGOING).select_related("numbers")
    series = get_object_or_404(rows, pk=series_pk)
    numbers = IssuedNumber.objects.filter(series=series.numbers, year=year).select_related(
        "document_line__document", "document_line__issued_by", "document_line__voided_by"
    )
    page = keyset_page(numbers, by="number", cursor=request.GET.get("cursor", ""))
    lines = [getattr(row, "document_line", None) for row in page.rows]
    keys = [line.document_id for line in lines if line and line.document_id]
    readable = set(Document.objects.visible_to(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    for row, line in zip(page.rows, lines, strict=True):
        row.line, row.colour = line, COLOURS[NumberUse(line.use)] if line else "red"
        row.may_read = bool(line and line.document_id in readable)
        row.may_void = bool(line and line.use in OUTSIDE and rules.can_void(request.user))
        row.may_use = bool(line and line.use == NumberUse.RESERVED and rules.can_register(request.user))
    context = {"series": series, "year": year, "page": page, "gaps": missing_numbers(series.numbers, year)}
    context["form"] = forms.ReasonForm(auto_id="void_%s")
    return render(request, "dispatch/ledger_year.html", context)


def address(line: DocumentNumber) -> str:
    """Where the ledger shows this line."""
    return reverse("dispatch:ledger_year", args=[line.series_id, line.issued.year])


@require_http_methods(["POST"])
def reserve(request: HttpRequest) -> HttpResponse:
    """A number for a paper that is written outside the portal. Sent twice it is one number."""
    if not rules.can_register(request.user):
        raise PermissionDenied
    form = forms.ReserveForm(request.POST, today=today(), auto_id="reserve_%s")
    if not form.is_valid():
        return years_page(request, form)
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or "dispatch:ledger")
            line = documents.reserve_number(actor=request.user, **form.cleaned_data)
            settle_form(token=token, result_url=request.path.removesuffix("reserve"))
    except documents.UnableToNumber as error:
        form.add_error(None, str(error))
        return years_page(request, form)
    messages.success(request, _("Reserved: %(number)s") % {"number": line.issued.text})
    return redirect("dispatch:ledger_year", line.series_id, line.issued.year)


@require_POST
def void_line(request: HttpRequest, line_pk: int) -> HttpResponse:
    """The director takes a reserved number out of use; a paper's own number ends on its page."""
    check_may_see(request)
    rows = DocumentNumber.objects.filter(series__direction=Direction.OUTGOING).select_related("issued", "series")
    line = get_object_or_404(rows, pk=line_pk)
    if not rules.can_void(request.user):
        raise PermissionDenied
    form = forms.ReasonForm(request.POST)
    page = redirect("dispatch:ledger_year", line.series_id, line.issued.year)
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


def today() -> object:
    return timezone.localtime(now()).date()
