"""Programs that are told what happens: whom, of what, and what became of each call."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.interfaces.enums import CALL_COLOURS, CallState, EventKind
from apps.interfaces.managers import CallQuerySet, SubscriptionQuerySet
from apps.interfaces.models.integrations import Integration


class Subscription(models.Model):
    """An address that is called when something happens to requests that the integration's owner may see.

    The secret is sealed, never shown again. `old` keeps the one before until `old_until`, so that the other side has
    time to change. `next_at`: nothing is sent before (pace, and rest after failures).
    """

    integration = models.ForeignKey(Integration, on_delete=models.RESTRICT, related_name="subscriptions")
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("is told when"), default=list)
    services = models.JSONField(_("of these services"), default=list, blank=True)
    with_names = models.BooleanField(_("with the requester's name and number"), default=False)
    a_minute = models.PositiveSmallIntegerField(_("calls a minute"), default=60)
    sealed_secret = models.TextField()
    sealed_old = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    after_entry = models.BigIntegerField(default=0)
    after_message = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(default=now)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(events=[]), name="interfaces_subscription_to_something"),
            models.CheckConstraint(condition=Q(a_minute__range=(1, 600)), name="interfaces_subscription_pace"),
        ]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("interfaces:subscription", args=[self.pk])

    @property
    def event_labels(self) -> list[str]:
        return [str(EventKind(each).label) for each in self.events]


class Call(models.Model):
    """One thing to tell one address: the row that is the work. `key` goes along with every try of it.

    `source` names the fact ("entry:12", "message:7"), so that a fact read twice is told once.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    subscription = models.ForeignKey(Subscription, on_delete=models.RESTRICT, related_name="calls")
    kind = models.CharField(max_length=30, choices=EventKind)
    source = models.CharField(max_length=40)
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    give_up_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "source", "kind"], name="interfaces_call_once"),
            models.CheckConstraint(
                condition=Q(state=CallState.SENDING, lease_until__isnull=False)
                | ~Q(state=CallState.SENDING) & Q(lease_until__isnull=True),
                name="interfaces_call_leased_while_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "not_before", "id"],
                name="interfaces_call_open",
                condition=Q(state__in=[CallState.WAITING, CallState.SENDING]),
            ),
            models.Index(fields=["subscription", "-created_at", "-id"], name="interfaces_call_newest"),
            models.Index(fields=["subscription"], name="interfaces_call_dead", condition=Q(state=CallState.DEAD)),
            models.Index(fields=["done_at"], name="interfaces_call_age", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def colour(self) -> str:
        return CALL_COLOURS[CallState(self.state)]

    @property
    def is_dead(self) -> bool:
        return self.state == CallState.DEAD


class Try(models.Model):
    """One time that a call was made: when, what came back (cut short), how long it took."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=500, blank=True)
    millis = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["call", "at"], name="interfaces_try_of_call")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.status}"


class Feed(models.Model):
    """How far the history has been read (one row a source). Ids are drawn before their transaction commits, so a lower
    one may appear late: `mark_id` becomes `settled_id` only after a while, and what lies between is read again.
    """

    name = models.CharField(max_length=20, unique=True)
    settled_id = models.BigIntegerField(default=0)
    mark_id = models.BigIntegerField(default=0)
    mark_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.name} {self.settled_id}"
