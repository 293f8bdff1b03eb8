"""How far relays are: the list, one with its units as a tree, the spreadsheet."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.journal.models import Entry
from apps.journal.services import record
from apps.relays.models import Relay, RelayLine
from apps.relays.progress import figures_of_lines, lines_of, read_show, rows_of, show_choices, still_open
from apps.relays.rules import can_call
from apps.relays.workbook import SPREADSHEET, write_workbook


@require_safe
def list_relays(request: HttpRequest) -> HttpResponse:
    """The relays that I may look at, newest first, each with how many units have done what was asked."""
    at = now()
    rows = Relay.objects.visible_to(request.user).out().select_related("notice", "notice__unit")
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    lines = RelayLine.objects.visible_to(request.user).filter(relay__in=[row.pk for row in page.rows])
    by_relay: dict[int, list[RelayLine]] = {}
    for line in lines.select_related("relay"):
        by_relay.setdefault(line.relay_id, []).append(line)
    shown = [(row, _counts(by_relay.get(row.pk, []), at)) for row in page.rows]
    context = {"page": page, "lines": shown, "can_call": can_call(request.user)}
    return render(request, "relays/list.html", context)


def _counts(lines: list[RelayLine], at: datetime) -> dict[str, int]:
    late = sum(line.is_late(at) for line in lines)
    return {"whole": len(lines), "done": len(lines) - len(still_open(lines)), "late": late}


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The units as a tree, late ones first; every figure opens its rows."""
    relay, at = fetch_relay(request, pk), now()
    show, lines = read_show(request.GET), lines_of(relay, request.user)
    context = {
        "relay": relay,
        "notice": relay.notice,
        "figures": figures_of_lines(relay, lines, at),
        "rows": rows_of(lines, show, at),
        "show": show,
        "shows": show_choices(),
        "entries": Entry.objects.about(relay).public(),
    }
    return render(request, "relays/detail.html", context)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The units that I may see as a spreadsheet. By POST, because taking data out is written down."""
    relay, at = fetch_relay(request, pk), now()
    lines = lines_of(relay, request.user)
    content = write_workbook(relay, rows_of(lines, "all", at), at)
    changes = {"units": len(lines)}
    record(actor=request.user, verb="relay_exported", obj=relay, changes=changes, internal=True, at=at)
    answer = HttpResponse(content, content_type=SPREADSHEET)
    answer["Content-Disposition"] = f'attachment; filename="{relay.notice.number}.xlsx"'
    return answer


def fetch_relay(request: HttpRequest, pk: int) -> Relay:
    """A relay that is out and that this person may look at; else 404."""
    rows = Relay.objects.visible_to(request.user).out()
    return get_object_or_404(rows.select_related("notice__sender", "notice__unit"), pk=pk)
