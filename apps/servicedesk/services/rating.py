"""How was it? The invitation in the word that it is done, and asking once more in the portal."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from apps.core.clock import now
from apps.delivery.enums import MessageClass, Queue
from apps.delivery.services import create_message, show_in_portal
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import RatingInvitation, Request
from apps.servicedesk.rules import RATED_WITHIN
from apps.servicedesk.texts import texts_of

ASK_AGAIN_AFTER = timedelta(days=5)
BATCH = 100


def invite(request: Request, at: datetime) -> RatingInvitation:
    """Count that the requester is asked how it was; done again after a reopening, they are asked anew."""
    values = {"sent_at": at, "reminded_at": None}
    return RatingInvitation.objects.update_or_create(request=request, defaults=values)[0]


def ask_again(*, at: datetime | None = None, limit: int = BATCH) -> int:
    """Ask once more, in the portal only, who has not rated some days after it was done; gives how many."""
    at = at or now()
    rows = unanswered(at).order_by("sent_at", "pk").values_list("pk", flat=True)[:limit]
    return sum(ask_one_again(key, at) for key in list(rows))


def unanswered(at: datetime) -> QuerySet:
    """Invitations to ask again about: done, not rated, in time, not asked again yet."""
    return RatingInvitation.objects.filter(
        reminded_at=None,
        sent_at__lte=at - ASK_AGAIN_AFTER,
        request__state=RequestState.RESOLVED,
        request__rating=None,
        request__closed_at__gt=at - RATED_WITHIN,
    )


@transaction.atomic
def ask_one_again(key: int, at: datetime) -> bool:
    """Claims the row first: two sweeps ask once."""
    claimed = unanswered(at).select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
    if claimed is None:
        return False
    claimed.reminded_at = at
    claimed.save(update_fields=["reminded_at"])
    request = Request.objects.select_related("requester", "handler", "service").get(pk=claimed.request_id)
    if request.requester.is_active:
        message = create_message(
            source=f"servicedesk.request:{request.pk}",
            texts=texts_of("rate_again", request),
            message_class=MessageClass.OPTIONAL,
            queue=Queue.NOTICE,
            target_url=f"{request.get_absolute_url()}#rate",
            expires_at=request.closed_at + RATED_WITHIN,
            at=at,
        )
        show_in_portal(message=message, person=request.requester, at=at)
    return True
