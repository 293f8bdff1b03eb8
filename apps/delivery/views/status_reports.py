"""Where the gateway of text messages says what became of them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.delivery import reports
from apps.delivery.channels.signing import SIGNATURE, TIMESTAMP, is_signed


@csrf_exempt  # a machine calls, with a signature in place of a session
@login_not_required
@require_POST
def sms_status(request: HttpRequest) -> HttpResponse:
    """Keep a signed report and say 204; the sweep reads it. 403 without a fresh signature, 413 when it is too long."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > reports.REPORT_BYTES:
        return HttpResponse(status=413)
    at, body = now(), request.read(reports.REPORT_BYTES + 1)
    if len(body) > reports.REPORT_BYTES:
        return HttpResponse(status=413)
    given = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
    if not is_signed(settings.SMS["secret"], *given, body, at):
        return HttpResponse(status=403)
    reports.keep(body, at)
    return HttpResponse(status=204)
