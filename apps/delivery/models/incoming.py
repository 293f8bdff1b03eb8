"""What comes in: mails, and what a gateway of text messages says. Kept raw before anything is made of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.delivery.enums import Cause, InboundKind, InboundState
from apps.delivery.managers import InboundQuerySet, ReportQuerySet
from apps.delivery.models.outbox import Delivery
from apps.journal.models import Blob


class ReplyRoute(models.Model):
    """Where the answers of one person about one thing go. Its address is signed over `nonce`: another nonce, and every
    address that was given out before is void.
    """

    source = models.CharField(max_length=80)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "person"], name="delivery_route_once")]

    def __str__(self) -> str:
        return f"route {self.pk} {self.source}"


class InboundMail(models.Model):
    """A mail that came in, kept raw before anything is made of it. Unmatched ones wait for a person.

    `reply_name`: the local part of the reply address that it came to, right or forged. `awaits_reader`: somebody wrote
    it by hand, as far as can be seen, and no app above has taken it up; `reader_tries` counts how often one began.
    `blob` is empty once its bytes were forgotten.
    """

    blob = models.OneToOneField(Blob, on_delete=models.RESTRICT, related_name="inbound_mail", null=True)
    reply_name = models.CharField(max_length=64, blank=True, db_default="")
    awaits_reader = models.BooleanField(default=False, db_default=False)
    reader_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    received_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=12, choices=InboundState, default=InboundState.RECEIVED)
    kind = models.CharField(max_length=12, choices=InboundKind, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    parsed = models.JSONField(default=dict)
    delivery = models.ForeignKey(Delivery, on_delete=models.RESTRICT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    objects = InboundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at"],
                name="delivery_inbound_open",
                condition=Q(state__in=[InboundState.RECEIVED, InboundState.UNMATCHED, InboundState.UNREADABLE]),
            ),
            models.Index(fields=["id"], name="delivery_inbound_reader", condition=Q(awaits_reader=True)),
        ]

    def __str__(self) -> str:
        return f"inbound {self.pk} {self.state}"

    @property
    def recipient_lines(self) -> list[tuple[str, str, str]]:
        """(address, status, cause in words) of each recipient that was read."""
        found = self.parsed.get("recipients", [])
        return [(one["address"], one["status"], Cause(one["cause"]).label) for one in found]


class StatusReport(models.Model):
    """What a gateway of text messages told us, kept as it came. One without `settled_at` is not dealt with yet: it
    belongs to no delivery, or nobody knows what its status means. `note`: why a person put it away.
    """

    blob = models.OneToOneField(Blob, on_delete=models.RESTRICT, related_name="status_report")
    received_at = models.DateTimeField(default=now)
    delivery = models.ForeignKey(Delivery, on_delete=models.RESTRICT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, db_default="")

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="delivery_report_open", condition=Q(settled_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | Q(settled_at__isnull=False),
                name="delivery_report_settled_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
