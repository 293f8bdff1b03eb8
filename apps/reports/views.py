"""The leaders' summary: page and PDF."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core.clock import now
from apps.reports.charts import flow_picture, service_picture
from apps.reports.pdf import summary_pdf
from apps.reports.periods import Choice, chosen_period
from apps.reports.rules import can_read_summary
from apps.reports.summary import Summary, build_summary


def _summary(request: HttpRequest) -> tuple[str, Summary]:
    if not can_read_summary(request.user):
        raise PermissionDenied(_("The summary is for the college leaders and the director."))
    at = now()
    choice, period = chosen_period(request.GET.dict(), timezone.localtime(at).date())
    return choice, build_summary(period, at=at)


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    choice, found = _summary(request)
    context = {
        "summary": found,
        "choice": choice,
        "choices": [pair for pair in Choice.choices if pair[0] != Choice.CUSTOM],
        "flow_picture": flow_picture(found),
        "service_picture": service_picture(found),
    }
    return render(request, "reports/summary.html", context)


@require_GET
def summary_file(request: HttpRequest) -> HttpResponse:
    """The same as PDF/A."""
    _choice, found = _summary(request)
    response = HttpResponse(summary_pdf(found), content_type="application/pdf")
    name = f"summary-{found.period.first:%Y%m%d}-{found.period.last:%Y%m%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
