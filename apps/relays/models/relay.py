"""A notice that goes to units (轉辦): what is asked of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.notices.models import Notice
from apps.relays.enums import Asked
from apps.relays.managers import RelayQuerySet


class Relay(models.Model):
    """A notice to units. A draft of it that is thrown away takes the relay along.

    `sign_by`: until when units are to sign, where it is not the usual half of a working day; `asks`: what to report.
    """

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="relay")
    asked = models.CharField(_("asked of the units"), max_length=10, choices=Asked, default=Asked.REPORT)
    asks = models.TextField(_("what to report"), max_length=2000, blank=True)
    sign_by = models.DateTimeField(_("sign by"), null=True, blank=True)
    report_by = models.DateTimeField(_("done by"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    objects = RelayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="relays_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sign_by__isnull=True) | Q(report_by__isnull=True) | Q(sign_by__lte=F("report_by")),
                name="relays_signed_before_reported",
            )
        ]

    def __str__(self) -> str:
        return f"relay {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("relays:detail", args=[self.pk])

    @property
    def wants_report(self) -> bool:
        return self.asked == Asked.REPORT

    @property
    def wants_passing_on(self) -> bool:
        return self.asked != Asked.SIGN
