"""How long requests name their people, what holds that up, and what was removed."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.servicedesk.models.catalogue import Service
from apps.servicedesk.models.requests import Request


class Retention(models.Model):
    """How many days after closing the person is removed from requests of a service; none without a row."""

    service = models.OneToOneField(Service, on_delete=models.RESTRICT, related_name="retention")
    days = models.PositiveIntegerField(_("days after closing"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__isnull=True) | Q(days__gte=30), name="servicedesk_kept_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.days}"


class LegalHoldQuerySet(models.QuerySet):
    def standing(self, at: datetime) -> "LegalHoldQuerySet":
        """Holds that count at a moment."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=at.date()), lifted_at__isnull=True)


class LegalHold(models.Model):
    """Nothing is removed from a request, of a person, or of a service, as long as this stands."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, null=True, related_name="holds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, null=True, related_name="holds")
    reason = models.CharField(_("reason"), max_length=300)
    until = models.DateField(pgettext_lazy("hold", "until"), null=True, blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    placed_at = models.DateTimeField(default=now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, person__isnull=True, service__isnull=True)
                | Q(request__isnull=True, person__isnull=False, service__isnull=True)
                | Q(request__isnull=True, person__isnull=True, service__isnull=False),
                name="servicedesk_hold_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="servicedesk_hold_has_reason"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class RetentionRun(models.Model):
    """What one run removed, append-only. `counts` by kind of thing: requests, answers, files, messages, held, …"""

    at = models.DateTimeField(default=now)
    counts = models.JSONField()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
