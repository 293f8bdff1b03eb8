"""The links in a mail by which one request is rated without sign-in: signed, for one invitation and nothing else."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import RatingInvitation, Request
from apps.servicedesk.rules import RATED_WITHIN

SALT = "servicedesk.rating"


def rating_token(invitation: RatingInvitation) -> str:
    """Signed, for one request and one invitation; it rates and opens nothing else."""
    return signing.dumps([invitation.request_id, int(invitation.sent_at.timestamp())], salt=SALT, compress=False)


def rating_address(token: str, score: int) -> str:
    return settings.PORTAL_URL + reverse("servicedesk:rating", args=[token, score])


def rating_lines(request: Request) -> str:
    """The five links, in the active language; "" for who was not invited."""
    invitation = RatingInvitation.objects.filter(request=request).first()
    if invitation is None:
        return ""
    token = rating_token(invitation)
    words = {5: _("very good"), 4: _("good"), 3: _("fair"), 2: _("poor"), 1: _("very poor")}
    return "\n".join(f"{score} {word}: {rating_address(token, score)}" for score, word in words.items())


def request_of_token(token: str, at: datetime) -> Request | None:
    """The request that a link may rate now; None for every link that may not, whatever the reason (one query)."""
    try:
        key, sent = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Request.objects.select_related("service", "requester", "rating_invitation").filter(pk=key)
    found = rows.filter(state=RequestState.RESOLVED, rating_invitation__isnull=False).first()
    if found is None or int(found.rating_invitation.sent_at.timestamp()) != sent:
        return None
    return found if found.requester.is_active and at < found.closed_at + RATED_WITHIN else None
