"""The handlers' list: chips, saved views, filters, paging, export."""

import hashlib
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.core.measure import Period
from apps.core.pages import PAGE_SIZE, Page, count_label, keyset_page
from apps.journal.exports import exported
from apps.journal.listings import LISTINGS
from apps.people.enums import HANDLER_ROLES, Role
from apps.people.models import Person
from apps.servicedesk.bulk_acts import ACTS
from apps.servicedesk.desk_views import SHOWN, chip_for, counts_of, listed, start_view
from apps.servicedesk.enums import RequestState
from apps.servicedesk.figures import FIGURES, Figure
from apps.servicedesk.filters import CHIPS, Chip, RequestFilter, due_or_never
from apps.servicedesk.forms import AssignForm
from apps.servicedesk.item_actions import can_be_taken
from apps.servicedesk.models import Request, SavedView
from apps.servicedesk.search import findings

CHIP_CAP = 99  # five counts on each page: each row counted costs
NAMES = ("service", "requester", "requester_unit", "handler", "urged_by")
URGENT_SHOWN = 5


def require_office(user: Person) -> None:
    """The list is the office's; others have their own requests on a page of their own."""
    if not user.is_office:
        raise PermissionDenied


def all_rows(user: Person) -> QuerySet:
    """Filed requests this person may see. The condition on `submitted_at` lets the index of filed ones be used."""
    return Request.objects.visible_to(user).filter(submitted_at__isnull=False)


def chip_of(request: HttpRequest) -> Chip:
    """The view or chip in the address; a figure shows all its rows.

    An address that asks for nothing begins with the view that the person chose, else with the own requests.
    """
    if request.GET.get("measure"):
        return CHIPS["all"]
    if "view" in request.GET:
        return view_of(request, request.GET["view"])
    chosen = None if request.GET else start_view(request.user)
    if chosen:
        return chip_for(chosen, request.user)
    default = "mine" if request.user.has_role(*HANDLER_ROLES) else "all"
    return CHIPS.get(request.GET.get("chip", ""), CHIPS[default])


def view_of(request: HttpRequest, key: str) -> Chip:
    """A saved view as a chip; 404 when this person finds no such view."""
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    view = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("owner", "unit"), pk=key)
    return chip_for(view, request.user)


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
    page = page_of(rows, chip, request.GET.get("cursor", ""))
    found = findings(page.rows, request.user, request.GET.get("q", "") or chip.words)
    for row in page.rows:
        row.finding = found.get(row.pk)
        mine = row.handler_id == request.user.pk and row.state == RequestState.SUBMITTED
        row.can_be_taken = row.requester_id != request.user.pk and (mine or can_be_taken(row))
    context = {
        "page": page,
        "chip": chip,
        "chips": chips_with_counts(request, at),
        "filter": narrowed,
        "figure": figure and figure[0],
        "period": figure and figure[1],
        "at": at,
        "urgent": all_rows(request.user).urgent().select_related(*NAMES)[:URGENT_SHOWN],
        "may_write": request.user.has_role(Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR),
        "columns": LISTINGS["requests"].columns,
        "acts": [(code, act) for code, act in ACTS.items() if code not in ("take", "assign")],
        "news_query": news_query(request, chip, page.rows),
        "view_query": chip_url(request, chip)[1:],
        "assign": AssignForm(use_required_attribute=False),
    }
    return render(request, "servicedesk/list.html", context)


def page_of(rows: QuerySet, chip: Chip, cursor: str) -> Page:
    return keyset_page(rows.select_related(*NAMES), by=chip.by, cursor=cursor, newest_first=chip.newest_first)


def chips_with_counts(request: HttpRequest, at: datetime) -> list[tuple[Chip, str, str]]:
    """Every chip and saved view with its count and its address; the views are counted in one query."""
    chips = list(CHIPS.values())
    counts = [count_of(each, request.user, at) for each in chips]
    views = [chip_for(view, request.user) for view in listed(request.user)[:SHOWN]]
    counts += counts_of(views, all_rows(request.user), request.user, at, cap=CHIP_CAP)
    both = zip([*chips, *views], counts, strict=True)
    return [(each, count, chip_url(request, each)) for each, count in both]


def count_of(chip: Chip, user: Person, at: datetime) -> str:
    """How many a chip holds, "99+" at most; the chip of everything is not counted."""
    if not chip.counted:
        return ""
    rows = chip.narrow(all_rows(user), user, at).annotate(due_or_never=due_or_never())
    return count_label(rows.order_by(chip.by), CHIP_CAP)


def chip_url(request: HttpRequest, chip: Chip) -> str:
    """A chip keeps the filters and drops the place in the list and the figure."""
    kept = {name: value for name, value in request.GET.items() if name in RequestFilter.base_filters and value}
    return f"?{urlencode(dict([chip.address]) | kept)}"


def news_query(request: HttpRequest, chip: Chip, rows: list[Request]) -> str:
    """What the page asks from time to time: the same list, and which rows it holds."""
    held = "-".join(str(row.pk) for row in rows)
    return urlencode(dict(parse_qsl(chip_url(request, chip)[1:])) | {"held": held})


@require_GET
def list_news(request: HttpRequest) -> HttpResponse:
    """ "3 new" instead of rows that move under the pointer; 304 when nothing changed since this page asked last."""
    require_office(request.user)
    chip = chip_of(request)
    rows, _narrowed = chosen(request, chip, now())
    order = [f"-{chip.by}", "-pk"] if chip.newest_first else [chip.by, "pk"]
    now_there = list(rows.order_by(*order).values_list("pk", "version")[:PAGE_SIZE])
    signature = f'"{hashlib.sha256(repr((now_there, get_language())).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == signature:
        return HttpResponseNotModified(headers={"ETag": signature})
    held = set(request.GET.get("held", "").split("-"))
    count = sum(str(pk) not in held for pk, _version in now_there)
    answer = render(request, "servicedesk/_list_news.html", {"count": count, "url": chip_url(request, chip)})
    answer["ETag"], answer["Cache-Control"] = signature, "private, no-cache"
    return answer


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet, with the same chip and filters. Who exported how many rows is on record."""
    return exported(request, LISTINGS["requests"])
