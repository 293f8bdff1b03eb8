"""The browsers in which a person has turned notifications on."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.delivery.enums import SubscriptionEnd
from apps.delivery.managers import BrowserQuerySet


class BrowserSubscription(models.Model):
    """One browser of one person. Where to push to and its keys are kept sealed and shown to nobody.

    `endpoint_digest` finds the browser again; while it is active it is one person's alone. `server_key` is our public
    key that it was made for: with another key its service refuses us. One that ended is kept, with the cause.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="browsers")
    endpoint_digest = models.CharField(max_length=64)
    host = models.CharField(max_length=100)
    sealed_endpoint = models.TextField()
    sealed_keys = models.TextField()
    server_key = models.CharField(max_length=100)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_cause = models.CharField(max_length=12, choices=SubscriptionEnd, blank=True)

    objects = BrowserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint_digest"], name="delivery_browser_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_cause="") | (Q(ended_at__isnull=False) & ~Q(end_cause="")),
                name="delivery_browser_ends_for_a_cause",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="delivery_browsers_of", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"browser {self.pk} of {self.person_id}"

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    def end(self, cause: SubscriptionEnd, at: datetime) -> None:
        """Nothing is pushed to it any more. The first cause stays."""
        if BrowserSubscription.objects.active().filter(pk=self.pk).update(ended_at=at, end_cause=cause):
            self.ended_at, self.end_cause = at, cause


def digest_of(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
