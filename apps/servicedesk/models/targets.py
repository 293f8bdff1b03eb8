"""What a service promises, when it speaks up, and how it looks after what lies still."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Priority, Promise
from apps.servicedesk.models.catalogue import Service


class TargetPolicy(models.Model):
    """What a service promised from some moment on, append-only. A request keeps the one it was filed under.

    The minutes here are those of every priority that has no row of its own (ServiceTarget).
    """

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="policies")
    number = models.PositiveIntegerField()
    first_response_minutes = models.PositiveIntegerField()
    target_minutes = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="servicedesk_policy_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.number}"


class ServiceTarget(models.Model):
    """What a policy promises for one priority, in working minutes, append-only."""

    policy = models.ForeignKey(TargetPolicy, on_delete=models.RESTRICT, related_name="targets")
    priority = models.SmallIntegerField(choices=Priority)
    first_response_minutes = models.PositiveIntegerField()
    target_minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "priority"], name="servicedesk_target_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.get_priority_display()}"


class ServiceCare(models.Model):
    """What the portal does by itself for requests of a service; empty means that it does not. Days are working days."""

    service = models.OneToOneField(Service, on_delete=models.RESTRICT, related_name="care")
    pause_days = models.PositiveSmallIntegerField(_("a pause may last (working days)"), default=10)
    handler_days = models.PositiveSmallIntegerField(_("remind the handler after"), null=True, blank=True)
    director_days = models.PositiveSmallIntegerField(_("tell the director after"), null=True, blank=True)
    requester_days = models.PositiveSmallIntegerField(_("remind the requester after"), null=True, blank=True)
    lapse_days = models.PositiveSmallIntegerField(_("close without an answer after"), null=True, blank=True)
    urges_per_week = models.PositiveSmallIntegerField(_("urgings of one request a week"), default=5)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lapse_days__isnull=True)
                | Q(requester_days__isnull=False, lapse_days__gt=models.F("requester_days")),
                name="servicedesk_reminded_before_lapse",
            )
        ]

    def __str__(self) -> str:
        return f"care of {self.service_id}"


class EscalationRule(models.Model):
    """Who is told when a promise of a service comes near its end, or is broken. A rule is ended, never changed.

    `amount`: working minutes before or after the due time, or the share of the time in percent.
    """

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="escalation_rules")
    promise = models.CharField(_("promise"), max_length=10, choices=Promise)
    when = models.CharField(_("when"), max_length=10, choices=EscalationWhen)
    amount = models.PositiveIntegerField(_("minutes or percent"), default=0)
    to = models.CharField(pgettext_lazy("escalation", "to whom"), max_length=10, choices=EscalationTo)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to=EscalationTo.PERSON, person__isnull=False)
                | ~Q(to=EscalationTo.PERSON) & Q(person__isnull=True),
                name="servicedesk_rule_names_person",
            ),
            models.CheckConstraint(
                condition=Q(when=EscalationWhen.AT, amount=0)
                | Q(when=EscalationWhen.USED, amount__range=(1, 99))
                | Q(when__in=[EscalationWhen.BEFORE, EscalationWhen.AFTER], amount__gt=0),
                name="servicedesk_rule_amount_fits",
            ),
        ]
        indexes = [models.Index(fields=["service"], name="servicedesk_rule_stands", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.promise} {self.when} {self.amount} {self.to}"

    @property
    def is_share(self) -> bool:
        """Is the amount percent of the time, and not minutes?"""
        return self.when == EscalationWhen.USED
