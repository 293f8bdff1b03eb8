"""Who gets the summary by mail, and what was sent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.core.measure import Period
from apps.delivery.models import Message
from apps.reports.enums import Rhythm
from apps.reports.managers import SubscriptionQuerySet


class Subscription(models.Model):
    """A person who gets the summary in a rhythm; stopped ones stay and may begin again. History: the journal."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "rhythm"], name="reports_subscription_once"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="reports_subscription_stops_later",
            ),
        ]

    def __str__(self) -> str:
        return f"summary {self.rhythm} to {self.person_id}"

    @property
    def is_active(self) -> bool:
        return self.stopped_at is None


class Edition(models.Model):
    """The summary of one period as it was sent: words and PDF by language are those of its message, as of `made_at`.

    One message for all, so `delivery_once` holds that nobody gets a period twice.
    """

    rhythm = models.CharField(max_length=10, choices=Rhythm)
    first = models.DateField()
    last = models.DateField()
    made_at = models.DateTimeField()
    message = models.OneToOneField(Message, on_delete=models.RESTRICT, related_name="summary_edition")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rhythm", "first"], name="reports_edition_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="reports_edition_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.rhythm} {self.first}"

    def get_absolute_url(self) -> str:
        return edition_url(self.rhythm, self.period)

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)


def edition_url(rhythm: str, period: Period) -> str:
    """The kept PDF of a period; known before the edition is written, because its own words name it."""
    return reverse("reports:edition", args=[rhythm, period.first.isoformat()])
