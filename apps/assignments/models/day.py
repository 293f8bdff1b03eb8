"""How the day of a part came about: every change of it (append-only), and more time that was asked for."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from apps.assignments.enums import DUE_COLOURS, EXTENSION_COLOURS, EXTENSION_MOVES, DueKind, ExtensionState
from apps.assignments.models.part import Part
from apps.core.clock import now


class DueEntry(models.Model):
    """A line of the ledger. `old_due` is kept; `due_at`: the day from this line on, empty while the clock stands still.

    `minutes`: working minutes that the clock stood still, where it runs again. A pause has its cause: the paper that is
    waited for.
    """

    part = models.ForeignKey(Part, on_delete=models.RESTRICT, related_name="days")
    kind = models.CharField(max_length=10, choices=DueKind)
    at = models.DateTimeField(default=now)
    old_due = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    words = models.CharField(max_length=300, blank=True)
    cause_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT, null=True)
    cause_id = models.BigIntegerField(null=True)
    cause = GenericForeignKey("cause_type", "cause_id")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=DueKind.PAUSED)
                | Q(cause_type__isnull=False, cause_id__isnull=False, due_at__isnull=True) & ~Q(words=""),
                name="assignments_pause_has_cause",
            ),
            models.CheckConstraint(
                condition=Q(kind=DueKind.PAUSED) | Q(due_at__isnull=False), name="assignments_day_is_set"
            ),
            models.CheckConstraint(
                condition=~Q(kind=DueKind.RESUMED) | Q(minutes__isnull=False), name="assignments_pause_is_counted"
            ),
        ]
        indexes = [models.Index(fields=["part", "at", "id"], name="assignments_days")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.part_id} {self.kind}"

    @property
    def colour(self) -> str:
        return DUE_COLOURS[DueKind(self.kind)]


class Extension(models.Model):
    """A unit asks for more time (延期) before `old`, the day as it stood then; `granted`: the new day."""

    part = models.ForeignKey(Part, on_delete=models.RESTRICT, related_name="extensions")
    state = models.CharField(max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    old = models.DateTimeField()
    wanted = models.DateTimeField()
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField(default=now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    asked_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    granted = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    decided_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(state=ExtensionState.ASKED), name="assignments_one_wish_waits"
            ),
            models.CheckConstraint(condition=Q(asked_at__lt=F("old")), name="assignments_wish_in_time"),
            models.CheckConstraint(condition=Q(wanted__gt=F("old")), name="assignments_wish_is_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="assignments_wish_has_reason"),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) & ~Q(state=ExtensionState.GRANTED)
                | Q(granted__gt=F("old"), decided_by__isnull=False, state=ExtensionState.GRANTED),
                name="assignments_wish_granted_by_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.REFUSED) | (Q(decided_by__isnull=False) & ~Q(note="")),
                name="assignments_wish_refused_has_why",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="wish_moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in EXTENSION_MOVES.items() for after in row],
            ),
            pgtrigger.Protect(
                name="old_day_stays", operation=pgtrigger.UpdateOf("old", "wanted", "reason", "asked_at")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.state} {self.wanted:%Y-%m-%d}"

    @property
    def colour(self) -> str:
        return EXTENSION_COLOURS[ExtensionState(self.state)]

    @property
    def is_granted(self) -> bool:
        return self.state == ExtensionState.GRANTED

    @property
    def is_waiting(self) -> bool:
        return self.state == ExtensionState.ASKED
