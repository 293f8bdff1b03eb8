"""One unit's part of an assignment, and how far it is."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from apps.assignments.enums import (
    COLOURS,
    DELIVERED,
    ENDED,
    MOVES,
    OPEN,
    REPORTABLE,
    UNITS_TURN,
    PartRole,
    PartState,
    Rung,
    SignedHow,
)
from apps.assignments.managers import PartQuerySet
from apps.assignments.models.assignment import LEAD_IS_THERE, Assignment
from apps.core.clock import now
from apps.people.models import Unit

# A part goes up when those below are done, and none is given or opened again below one that has gone up. The helpers
# stand below the lead. The row of the assignment is locked, so that two acts at once cannot pass each other.
WORST_CHILD = """
PERFORM 1 FROM assignments_assignment WHERE id = NEW.assignment_id FOR NO KEY UPDATE;
IF NEW.state IN ('reported', 'confirmed', 'accepted') AND EXISTS (
    SELECT 1 FROM assignments_part AS below
    WHERE below.id <> NEW.id AND below.state NOT IN ('accepted', 'excused')
      AND (below.parent_id = NEW.id OR (NEW.role = 'lead' AND below.parent_id IS NULL
                                        AND below.assignment_id = NEW.assignment_id))
) THEN
    RAISE EXCEPTION 'assignments: a unit below is not done with its part';
END IF;
IF NEW.state NOT IN ('accepted', 'excused') AND EXISTS (
    SELECT 1 FROM assignments_part AS above
    WHERE above.id <> NEW.id AND above.state IN ('reported', 'confirmed', 'accepted')
      AND (above.id = NEW.parent_id OR (NEW.parent_id IS NULL AND above.role = 'lead'
                                        AND above.assignment_id = NEW.assignment_id))
) THEN
    RAISE EXCEPTION 'assignments: the unit above has reported already';
END IF;
IF NEW.state NOT IN ('accepted', 'excused') AND EXISTS (
    SELECT 1 FROM assignments_assignment WHERE id = NEW.assignment_id AND state <> 'open'
) THEN
    RAISE EXCEPTION 'assignments: the assignment is over';
END IF;
RETURN NEW;
"""
SIGNED_OR_NOT_NEEDED = Q(state__in=[PartState.WAITING, PartState.EXCUSED])


class Part(models.Model):
    """What one unit is to do. A part with a `parent` was passed down by that unit and answers to it; a helper's answers
    to the lead, the lead's to who gave the assignment.

    `next_at`: when the ladder of signing looks again. `person`: who does it. `rounds`: how often it was reported;
    `delivered_at`: when the report that counts now left the unit, and `late_days`: how many working days after its day
    (kept as it was counted then; empty where the calendar did not know). `paused_at`: since when its clock
    stands still.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.RESTRICT, related_name="parts")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    role = models.CharField(max_length=6, choices=PartRole)
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="children")
    depth = models.PositiveSmallIntegerField(default=1)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    added_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    added_at = models.DateTimeField(default=now)
    asks = models.TextField(_("what is asked"), blank=True)
    wants_file = models.BooleanField(_("a file is wanted"), default=False)
    wants_count = models.BooleanField(_("a count is wanted"), default=False)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(max_length=10, choices=PartState, default=PartState.WAITING)
    rung = models.PositiveSmallIntegerField(choices=Rung, default=Rung.CLERK)
    next_at = models.DateTimeField(null=True)
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)
    sign_due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    signed_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    signed_how = models.CharField(max_length=10, choices=SignedHow, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    named_at = models.DateTimeField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    late_days = models.PositiveSmallIntegerField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=300, blank=True)
    excused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    excused_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(role=PartRole.LEAD), name="assignments_one_lead"
            ),
            models.UniqueConstraint(
                fields=["assignment", "unit"], condition=~Q(state=PartState.EXCUSED), name="assignments_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=1) | Q(parent__isnull=False, depth__gt=1),
                name="assignments_depth_has_parent",
            ),
            models.CheckConstraint(
                condition=~Q(role=PartRole.LEAD) | Q(parent__isnull=True), name="assignments_lead_on_top"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="assignments_not_own_parent"),
            models.CheckConstraint(
                condition=SIGNED_OR_NOT_NEEDED | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="assignments_signed_has_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=PartState.NAMED) | Q(person__isnull=False), name="assignments_named_has_person"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DELIVERED, delivered_at__isnull=False, rounds__gte=1)
                | ~Q(state__in=DELIVERED) & Q(delivered_at__isnull=True)
                | Q(state=PartState.EXCUSED),
                name="assignments_delivered_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=PartState.EXCUSED) | ~Q(excuse="") & Q(excused_by__isnull=False),
                name="assignments_excused_by_name",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | Q(state__in=OPEN, ended_at__isnull=True),
                name="assignments_end_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(state__in=UNITS_TURN), name="assignments_pause_of_open"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="assignments_next", condition=Q(state=PartState.WAITING)),
            models.Index(fields=["due_at", "id"], name="assignments_due", condition=Q(state__in=UNITS_TURN)),
            models.Index(fields=["ended_at", "id"], name="assignments_ended", condition=Q(state__in=ENDED)),
            models.Index(fields=["unit", "state"], name="assignments_of_unit"),
            models.Index(fields=["person", "state"], name="assignments_of_person"),
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
            pgtrigger.ReadOnly(name="place_stays", fields=["assignment", "unit", "parent", "depth", "added_by"]),
            pgtrigger.Trigger(
                name="worst_child",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "role"),
                func=WORST_CHILD,
            ),
            pgtrigger.Trigger(
                name="lead_stays",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("role") | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(old__role=PartRole.LEAD),
                func=LEAD_IS_THERE.format(key="OLD.assignment_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.unit_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("assignments:part", args=[self.pk])

    @property
    def colour(self) -> str:
        return COLOURS[PartState(self.state)]

    @property
    def is_lead(self) -> bool:
        return self.role == PartRole.LEAD

    @property
    def role_label(self) -> str:
        """Lead, helper, or passed down by another unit."""
        return pgettext("unit in an assignment", "passed down") if self.parent_id else str(self.get_role_display())

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_waiting(self) -> bool:
        return self.state == PartState.WAITING

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_reportable(self) -> bool:
        return self.state in REPORTABLE

    @property
    def is_nameless(self) -> bool:
        """It is to be named who does it: nobody was, or that person has left. The reader has `person` at hand."""
        is_gone = self.person_id is not None and not self.person.is_active
        return self.state == PartState.SIGNED or (self.state == PartState.NAMED and is_gone)

    @property
    def is_reported(self) -> bool:
        """With the unit's head."""
        return self.state == PartState.REPORTED

    @property
    def is_confirmed(self) -> bool:
        """With the level above."""
        return self.state == PartState.CONFIRMED

    @property
    def is_returned(self) -> bool:
        return self.state == PartState.RETURNED

    @property
    def is_units_turn(self) -> bool:
        return self.state in UNITS_TURN

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    def is_late(self, at: datetime) -> bool:
        """As `PartQuerySet.late`."""
        return self.is_units_turn and not self.is_paused and self.due_at < at

    def was_late(self) -> bool:
        """Its report left the unit after the day."""
        return self.delivered_at is not None and self.delivered_at > self.due_at
