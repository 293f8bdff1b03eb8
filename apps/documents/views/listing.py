"""The register: chips, filters, paging, export."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.documents import rules
from apps.documents.chips import chip_of, chips_with_counts, chosen


@require_safe
def register_list(request: HttpRequest) -> HttpResponse:
    """Incoming documents. Of what the reader may not read only number, day and “limited access” stand there."""
    at, chip = now(), chip_of(request.GET)
    rows, narrowed = chosen(request.user, request.GET, at)
    page = keyset_page(
        rows.select_related("incoming", "handler", "urgency"),
        by=chip.by,
        cursor=request.GET.get("cursor", ""),
        newest_first=chip.newest_first,
    )
    for row in page.rows:
        row.late = row.seen and row.is_late(at)
    context = {
        "page": page,
        "chip": chip,
        "chips": chips_with_counts(request.user, request.GET, narrowed, at),
        "filter": narrowed,
        "narrows": bool(set(request.GET) - {"chip", "cursor", "q"}),
        "may_register": rules.can_register(request.user),
        "sees_ledger": rules.can_see_ledger(request.user),
    }
    return render(request, "documents/list.html", context)


@require_safe
def old_ledger(request: HttpRequest) -> HttpResponse:
    """Where the ledger of numbers stood: messages of that time lead here."""
    if not rules.can_see_ledger(request.user):
        raise PermissionDenied
    return redirect("dispatch:ledger")
