"""The slip that the counter prints: number, service, and a code that shows where the request stands."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.pdf import render_pdf
from apps.core.public_links import qr_picture
from apps.core.templatetags.portal import day
from apps.servicedesk.models import Request


def status_address(token: str) -> str:
    """The whole address of the status page, as it stands in the QR code."""
    return settings.PORTAL_URL + reverse("servicedesk:status", args=[token])


def draw_slip(request: Request, token: str) -> bytes:
    """The slip as PDF (A6), in the language of who prints it. No name stands on it."""
    address = status_address(token)
    data = {
        "language": get_language() or "en",
        "title": _("Where does my request stand?"),
        "number": request.number,
        "service": str(request.service),
        "filed": _("filed on %(day)s") % {"day": day(request.submitted_at)},
        "scan": _("Scan the code to see it, without signing in."),
        "care": _("Whoever has this slip sees where the request stands, nothing else. It ends 30 days after closing."),
        "printed": day(now()),
        "address": address,
    }
    return render_pdf("servicedesk/status_slip.typ", data, files={"status.svg": qr_picture(address)})
