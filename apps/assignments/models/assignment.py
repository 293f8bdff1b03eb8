"""An instruction about any thing (交辦事項), of which each unit has a part."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.assignments.enums import (
    ASSIGNMENT_COLOURS,
    ASSIGNMENT_MOVES,
    URGENCY_COLOURS,
    AssignmentState,
    Urgency,
)
from apps.assignments.managers import AssignmentQuerySet
from apps.core.clock import now

NOT_WITH_OPEN_PARTS = """
IF EXISTS (SELECT 1 FROM assignments_part WHERE assignment_id = NEW.id AND state NOT IN ('accepted', 'excused')) THEN
    RAISE EXCEPTION 'assignments: a unit is not done with its part';
END IF;
IF NEW.state = 'closed' AND EXISTS (
    SELECT 1 FROM assignments_part WHERE assignment_id = NEW.id AND role = 'lead' AND state <> 'accepted'
) THEN
    RAISE EXCEPTION 'assignments: the report of the lead is not accepted';
END IF;
RETURN NEW;
"""
LEAD_IS_THERE = """
IF EXISTS (SELECT 1 FROM assignments_assignment WHERE id = {key})
   AND NOT EXISTS (SELECT 1 FROM assignments_part WHERE assignment_id = {key} AND role = 'lead') THEN
    RAISE EXCEPTION 'assignments: one unit has to lead';
END IF;
RETURN NULL;
"""


class Assignment(models.Model):
    """What somebody in charge wants done about a request, a document, a decision of a meeting.

    `given_for`: whose instruction it is, where another gives it in that person's name. `due_at` is the day of the
    lead's part and moves with it. `shows_subject`: who has a part may open the thing itself (the app above asks); else
    only the title and the words here are shown of it. `concerned_only`: of the office, too, only who may see the thing
    itself knows of it (the app above says so).
    """

    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT)
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    title = models.CharField(pgettext_lazy("assignment", "title"), max_length=160)
    words = models.TextField(_("words of the instruction"), blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    given_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    given_at = models.DateTimeField(default=now)
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency, default=Urgency.ORDINARY)
    due_at = models.DateTimeField(_("due"))
    shows_subject = models.BooleanField(default=False)
    concerned_only = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    ended_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    end_note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AssignmentState.OPEN, ended_at__isnull=True, ended_by__isnull=True)
                | ~Q(state=AssignmentState.OPEN) & Q(ended_at__isnull=False, ended_by__isnull=False),
                name="assignments_ended_by_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.CALLED_OFF) | ~Q(end_note=""), name="assignments_called_off_has_why"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="assignments_subject"),
            models.Index(fields=["given_by", "-given_at"], name="assignments_of_giver"),
            models.Index(fields=["-given_at", "-id"], name="assignments_newest"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in ASSIGNMENT_MOVES.items() for after in row],
            ),
            pgtrigger.Trigger(
                name="not_with_open_parts",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(old__state=AssignmentState.OPEN, new__state__df=AssignmentState.OPEN),
                func=NOT_WITH_OPEN_PARTS,
            ),
            pgtrigger.Trigger(
                name="has_a_lead",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=LEAD_IS_THERE.format(key="NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assignments:detail", args=[self.pk])

    @property
    def colour(self) -> str:
        return ASSIGNMENT_COLOURS[AssignmentState(self.state)]

    @property
    def urgency_colour(self) -> str:
        return URGENCY_COLOURS[Urgency(self.urgency)]

    @property
    def is_open(self) -> bool:
        return self.state == AssignmentState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == AssignmentState.CLOSED

    @property
    def is_urgent(self) -> bool:
        return self.urgency != Urgency.ORDINARY
