"""The rows behind a figure about help: openings of articles, or answers of readers. Nobody's name stands there."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.clock import now
from apps.core.measure import Period
from apps.core.pages import keyset_page
from apps.servicedesk.help_figures import HELP_FIGURES, shown_rows
from apps.servicedesk.views.listing import require_office


@require_GET
def help_rows(request: HttpRequest) -> HttpResponse:
    """Exactly the rows the figure counts; 404 for an address that no report made."""
    require_office(request.user)
    try:
        figure = HELP_FIGURES[request.GET.get("measure", "help_opened")]
        days = [date.fromisoformat(request.GET[name]) for name in ("from", "to") if name in request.GET]
        period = Period(*days) if days else Period(now().date().replace(day=1), now().date())
    except (KeyError, ValueError, TypeError) as error:
        raise Http404 from error
    page = keyset_page(shown_rows(figure.code, period, now()), by="at", cursor=request.GET.get("cursor", ""))
    context = {"figure": figure, "period": period, "page": page}
    return render(request, "servicedesk/help_rows.html", context)
