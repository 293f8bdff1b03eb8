"""A request followed from outside: a link that shows where it stands, and the invitation to rate it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.clock import now
from apps.servicedesk.models.requests import Request

SHOWN_AFTER_CLOSING = timedelta(days=30)


class StatusLink(models.Model):
    """A link that shows one request's state to whoever holds it. Only the SHA-256 of its token is kept."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="status_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(revoked_at__isnull=True), name="servicedesk_one_status_link"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__gte=F("made_at"), revoked_by__isnull=False),
                name="servicedesk_link_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.made_at:%Y-%m-%d}"

    def is_open(self, at: datetime) -> bool:
        """Does it still show anything? For `request.closed_at` the request must be read with it."""
        closed = self.request.closed_at
        return self.revoked_at is None and (closed is None or at < closed + SHOWN_AFTER_CLOSING)


class RatingInvitation(models.Model):
    """The requester was asked how it was; the share of these that are answered is the response rate.

    One a request: who reopens it and gets it done again is asked anew. `reminded_at`: asked once more, in the portal.
    """

    request = models.OneToOneField(Request, on_delete=models.RESTRICT, related_name="rating_invitation")
    sent_at = models.DateTimeField(default=now)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["sent_at", "id"], name="servicedesk_to_ask_again", condition=Q(reminded_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.sent_at:%Y-%m-%d}"
