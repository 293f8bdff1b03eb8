"""Filed for somebody else: how the person asked, who noted it, and what the person says to that."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.servicedesk.models.requests import Request


class AskedBy(models.TextChoices):
    COUNTER = "counter", pgettext_lazy("asked by", "at the counter")
    PHONE = "phone", pgettext_lazy("asked by", "by phone")
    MAIL = "mail", pgettext_lazy("asked by", "by mail")
    PAPER = "paper", pgettext_lazy("asked by", "on paper")
    REQUEST = "request", pgettext_lazy("asked by", "in another request")
    PROGRAM = "program", pgettext_lazy("asked by", "by another program")


class Consent(models.Model):
    """The person agreed that the office files in their name. An objection goes to the director, who settles it."""

    request = models.OneToOneField(Request, on_delete=models.RESTRICT, related_name="consent")
    asked_by = models.CharField(_("how the person asked"), max_length=10, choices=AskedBy)
    note = models.CharField(max_length=200, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    noted_at = models.DateTimeField(default=now)
    objected_at = models.DateTimeField(null=True)
    objection = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    settlement = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True)
                | (Q(objected_at__isnull=False, settled_by__isnull=False) & ~Q(settlement="")),
                name="servicedesk_settled_objection_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["objected_at"],
                name="servicedesk_objections",
                condition=Q(objected_at__isnull=False, settled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.asked_by}"

    @property
    def is_disputed(self) -> bool:
        return self.objected_at is not None and self.settled_at is None
