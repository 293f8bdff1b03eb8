"""What the portal noticed about running requests, and for whom a request waits outside the office."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.servicedesk.models.requests import Request
from apps.servicedesk.models.targets import EscalationRule


class ThirdPartyWait(models.Model):
    """A stretch in which the office waits for somebody outside. One may be open at a time."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="third_party_waits")
    party = models.CharField(_("for whom"), max_length=100)
    expected_on = models.DateField(_("expected on"))
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(ended_at__isnull=True), name="servicedesk_one_open_wait"
            )
        ]
        indexes = [
            models.Index(
                fields=["expected_on", "id"],
                name="servicedesk_wait_follow_up",
                condition=Q(ended_at__isnull=True, reminded_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} waits until {self.expected_on}"


class Escalation(models.Model):
    """A rule that spoke up about a request, append-only: once for each due time. `passed_at`: when its moment was."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="escalations")
    rule = models.ForeignKey(EscalationRule, on_delete=models.RESTRICT, related_name="escalations")
    due_at = models.DateTimeField()
    passed_at = models.DateTimeField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "rule", "due_at"], name="servicedesk_escalated_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request_id} {self.rule_id}"


class EscalationWord(models.Model):
    """Somebody who is to hear of an escalation; told with the others of the day."""

    escalation = models.ForeignKey(Escalation, on_delete=models.RESTRICT, related_name="words")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    told_at = models.DateTimeField(null=True)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["escalation", "person"], name="servicedesk_word_once"),
            models.CheckConstraint(condition=Q(told_at__isnull=False) | Q(dropped=False), name="servicedesk_word_end"),
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="servicedesk_word_open", condition=Q(told_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id} to {self.person_id}"


class EscalationDay(models.Model):
    """The one message of a day about escalations to a person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="servicedesk_escalations_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"
