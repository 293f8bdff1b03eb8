"""What one person owes about a notice: the line in the inbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.notices.enums import COLOURS, Escalation, ObligationState
from apps.notices.managers import ObligationQuerySet
from apps.notices.models.notice import Notice

PHONE = 100  # the rung above all channels: the phone list of the unit secretary


class Obligation(models.Model):
    """This person is to know this notice: the line in the inbox. `state` is computed from evidence, kept for lists.

    `seen_edition`: the newest edition that the person opened. `rung` and `rung_at`: how far up the ladder of channels
    (0: not on it yet; PHONE: no channel is left), and when to look again (empty: nothing to look for). `escalated_at`:
    since when it is with the unit secretary, or, where there is none, with the director.
    """

    # No index on notice or person alone: each of the two begins a wider one. Among equals the planner would take the
    # narrow one of a table that is being filled, and read all people of a notice to find one.
    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="obligations", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="obligations", db_index=False
    )
    reason = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=ObligationState, default=ObligationState.OPEN)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    seen_edition = models.PositiveSmallIntegerField(null=True)
    receipt_number = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001 (unique)
    is_late_joiner = models.BooleanField(default=False, db_default=False)
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)
    rung_at = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(choices=Escalation, default=Escalation.NONE, db_default=0)
    escalated_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=200, blank=True)
    state_at = models.DateTimeField(null=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="notices_obligation_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(receipt_number__isnull=False),
                name="notices_acknowledged_has_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notices_inbox"),
            models.Index(fields=["notice", "state", "person"], name="notices_by_state"),
            models.Index(fields=["person", "-created_at", "-id"], name="notices_owed", condition=Q(is_open=True)),
            models.Index(fields=["notice", "person"], name="notices_still_open", condition=Q(is_open=True)),
            models.Index(
                fields=["rung_at"], name="notices_next_rung", condition=Q(is_open=True, rung_at__isnull=False)
            ),
            models.Index(
                fields=["escalation", "notice"], name="notices_escalated", condition=Q(is_open=True, escalation__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.person_id}: {self.state}"

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def is_unread(self) -> bool:
        return self.opened_at is None and self.acknowledged_at is None and self.answered_at is None

    @property
    def needs_address(self) -> bool:
        """Mail cannot arrive: mending the address is what helps."""
        return self.state in (ObligationState.BOUNCED, ObligationState.UNREACHABLE)

    @property
    def needs_call(self) -> bool:
        """Mail was handed over and reminded of, and nothing came back: a phone call is what helps."""
        return self.state == ObligationState.NOTIFIED and self.reminders > 0
