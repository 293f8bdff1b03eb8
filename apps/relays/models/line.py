"""One unit of a relay, and how far it is."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.core.clock import now
from apps.notices.models import Notice
from apps.people.models import Unit
from apps.relays.enums import COLOURS, MOVES, OPEN, UNITS_TURN, LineState, Rung, SignedHow
from apps.relays.managers import OUT, RelayLineQuerySet
from apps.relays.models.relay import Relay

SIGNED_OR_NOT_NEEDED = Q(state__in=[LineState.WAITING, LineState.EXCUSED])


class RelayLine(models.Model):
    """One unit of a relay. `notice`: the one by which the unit was told, the relay's own or the one from above.

    `passed_on` went to the unit's people, `passed_down` to the secretaries of units below (their lines have this one
    as `parent`). `report_by`: the relay's day, that of the unit above, or a later one that was granted (Extension).
    `next_at`: when the ladder looks again. `figures`: of the people, as they stood when it was reported.
    """

    relay = models.ForeignKey(Relay, on_delete=models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="children")
    depth = models.PositiveSmallIntegerField(default=1)
    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="relay_lines")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    added_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=LineState, default=LineState.WAITING)
    report_by = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(choices=Rung, default=Rung.SECRETARY)
    next_at = models.DateTimeField(null=True)
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)
    sign_due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    signed_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    signed_how = models.CharField(max_length=10, choices=SignedHow, blank=True)
    receipt_number = models.CharField(max_length=40, blank=True)
    passed_on = models.ForeignKey(Notice, on_delete=models.RESTRICT, null=True, related_name="passed_on_lines")
    passed_on_at = models.DateTimeField(null=True)
    passed_down = models.ForeignKey(Notice, on_delete=models.RESTRICT, null=True, related_name="+")
    report = models.TextField(blank=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    figures = models.JSONField(default=dict)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    return_reason = models.CharField(max_length=1000, blank=True)
    excuse = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RelayLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relay", "unit"], name="relays_unit_once"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=1) | Q(parent__isnull=False, depth__gt=1),
                name="relays_depth_has_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="relays_not_own_parent"),
            models.CheckConstraint(
                condition=SIGNED_OR_NOT_NEEDED | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="relays_signed_has_name",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[LineState.REPORTED, LineState.RETURNED, LineState.ACCEPTED])
                | Q(reported_at__isnull=False, reported_by__isnull=False, rounds__gte=1),
                name="relays_reported_has_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=LineState.EXCUSED) | ~Q(excuse=""), name="relays_excused_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=LineState.RETURNED) | ~Q(return_reason=""), name="relays_returned_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="relays_next", condition=Q(state=LineState.WAITING)),
            models.Index(fields=["relay", "state"], name="relays_by_state"),
            models.Index(
                fields=["unit"], name="relays_unended", condition=~Q(state__in=[LineState.ACCEPTED, LineState.EXCUSED])
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in MOVES.items() for after in row],
            ),
            pgtrigger.Protect(
                name="signature_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__signed_at__isnull=False)
                & (
                    pgtrigger.Q(old__signed_at__df=pgtrigger.F("new__signed_at"))
                    | pgtrigger.Q(old__signed_by__df=pgtrigger.F("new__signed_by"))
                    | pgtrigger.Q(old__signed_for__df=pgtrigger.F("new__signed_for"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relay_id}: {self.unit_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("relays:line", args=[self.pk])

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_out(self) -> bool:
        return self.notice.state in OUT and self.relay.notice.state in OUT

    @property
    def is_open(self) -> bool:
        return self.state in OPEN[self.relay.asked]

    @property
    def is_units_turn(self) -> bool:
        return self.state in UNITS_TURN[self.relay.asked]

    @property
    def is_waiting(self) -> bool:
        return self.state == LineState.WAITING

    @property
    def is_reported(self) -> bool:
        return self.state == LineState.REPORTED

    @property
    def is_returned(self) -> bool:
        return self.state == LineState.RETURNED

    @property
    def is_passed(self) -> bool:
        return self.passed_on_id is not None or self.passed_down_id is not None

    def due_at(self) -> datetime | None:
        """Until when the unit is to do the next thing."""
        return self.sign_due_at if self.is_waiting else self.report_by

    def is_late(self, at: datetime) -> bool:
        """As `RelayLineQuerySet.late`."""
        if self.is_waiting and self.sign_due_at is not None and self.sign_due_at < at:
            return True
        return self.is_units_turn and self.report_by is not None and self.report_by < at
