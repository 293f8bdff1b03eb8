"""The handlers' list: chips, filters, paging, bulk moves, export."""

from datetime import date, datetime
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.core.measure import Period
from apps.core.pages import Page, count_label, keyset_page
from apps.journal.exports import exported
from apps.journal.listings import LISTINGS
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.figures import FIGURES, Figure
from apps.servicedesk.filters import CHIPS, Chip, RequestFilter, due_or_never
from apps.servicedesk.forms import AssignForm
from apps.servicedesk.models import Request

BULK_LIMIT = 100
CHIP_CAP = 99  # five counts on each page: each row counted costs
NAMES = ("service", "requester", "requester_unit", "handler")


def require_office(user: Person) -> None:
    """The list is the office's; others have their own requests on a page of their own."""
    if not user.is_office:
        raise PermissionDenied


def all_rows(user: Person) -> QuerySet:
    """Filed requests this person may see. The condition on `submitted_at` lets the index of filed ones be used."""
    return Request.objects.visible_to(user).filter(submitted_at__isnull=False)


def chip_of(request: HttpRequest) -> Chip:
    """The chip in the address; a figure shows all its rows; a handler starts with the own ones."""
    if request.GET.get("measure"):
        return CHIPS["all"]
    default = "mine" if request.user.has_role(*HANDLER_ROLES) else "all"
    return CHIPS.get(request.GET.get("chip", ""), CHIPS[default])


def figure_of(request: HttpRequest) -> tuple[Figure, Period] | None:
    """The figure whose rows are asked for, and its period; 404 for an address that no report made."""
    code = request.GET.get("measure")
    if not code:
        return None
    try:
        period = Period(*(date.fromisoformat(request.GET.get(name, "")) for name in ("from", "to")))
        return FIGURES[code], period
    except (KeyError, ValueError) as error:
        raise Http404 from error


def chosen(request: HttpRequest, chip: Chip, at: datetime) -> tuple[QuerySet, RequestFilter]:
    """The rows that the chip or the figure and the filters in the address ask for, and the filter form."""
    figure = figure_of(request)
    if figure:
        rows = figure[0].rows(figure[1], at).visible_to(request.user)
    else:
        rows = chip.narrow(all_rows(request.user), request.user, at)
    narrowed = RequestFilter(request.GET, queryset=rows, request=request)
    return narrowed.qs.annotate(due_or_never=due_or_never()), narrowed


@require_GET
def list_requests(request: HttpRequest) -> HttpResponse:
    """One page of requests, by chip, filters, or the figure of a report."""
    require_office(request.user)
    at, chip, figure = now(), chip_of(request), figure_of(request)
    rows, narrowed = chosen(request, chip, at)
    context = {
        "page": page_of(rows, chip, request.GET.get("cursor", "")),
        "chip": chip,
        "chips": [(each, count_of(each, request.user, at), chip_url(request, each)) for each in CHIPS.values()],
        "filter": narrowed,
        "figure": figure and figure[0],
        "period": figure and figure[1],
        "at": at,
        "assign": AssignForm(),
    }
    return render(request, "servicedesk/list.html", context)


def page_of(rows: QuerySet, chip: Chip, cursor: str) -> Page:
    return keyset_page(rows.select_related(*NAMES), by=chip.by, cursor=cursor, newest_first=chip.newest_first)


def count_of(chip: Chip, user: Person, at: datetime) -> str:
    """How many a chip holds, "99+" at most; the chip of everything is not counted."""
    if not chip.counted:
        return ""
    rows = chip.narrow(all_rows(user), user, at).annotate(due_or_never=due_or_never())
    return count_label(rows.order_by(chip.by), CHIP_CAP)


def chip_url(request: HttpRequest, chip: Chip) -> str:
    """A chip keeps the filters and drops the place in the list and the figure."""
    kept = {name: value for name, value in request.GET.items() if name in RequestFilter.base_filters and value}
    return f"?{urlencode({'chip': chip.code} | kept)}"


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take or assign many; each row has its own result, none holds up the others."""
    require_office(request.user)
    keys = [int(text) for text in request.POST.getlist("pk") if text.isdecimal() and len(text) < 19][:BULK_LIMIT]
    form = AssignForm(request.POST) if request.POST.get("act") == "assign" else None
    if form is not None and not form.is_valid():
        return render(request, "servicedesk/bulk.html", {"results": [], "form": form}, status=422)
    rows = all_rows(request.user).filter(pk__in=keys).select_related(*NAMES).order_by("pk")
    results = [(item, *one_of_many(request.user, item, form)) for item in rows]
    return render(request, "servicedesk/bulk.html", {"results": results, "chosen": len(keys)})


def one_of_many(user: Person, item: Request, form: AssignForm | None) -> tuple[bool, str]:
    """(Was it done, in words)."""
    try:
        if form is None:
            services.take(request=item, actor=user)
            return True, _("It is yours now.")
        services.assign(request=item, actor=user, handler=form.cleaned_data["handler"])
        return True, _("Assigned to %(name)s.") % {"name": form.cleaned_data["handler"].name}
    except PermissionDenied as error:
        return False, str(error) or _("This is not yours to do.")
    except services.UnableToMove as error:
        return False, str(error)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet, with the same chip and filters. Who exported how many rows is on record."""
    return exported(request, LISTINGS["requests"])
