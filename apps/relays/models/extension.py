"""A unit asks for more time (延期), and who set the day grants it or does not."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.clock import now
from apps.relays.enums import EXTENSION_COLOURS, EXTENSION_MOVES, ExtensionState
from apps.relays.models.line import RelayLine


class Extension(models.Model):
    """Asked before `old`, the day as it stood then, which is kept; `granted`: the new day, if not the one wanted."""

    line = models.ForeignKey(RelayLine, on_delete=models.CASCADE, related_name="extensions")
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
                fields=["line"], condition=Q(state=ExtensionState.ASKED), name="relays_one_extension_waits"
            ),
            models.CheckConstraint(condition=Q(asked_at__lt=F("old")), name="relays_extension_asked_in_time"),
            models.CheckConstraint(condition=Q(wanted__gt=F("old")), name="relays_extension_wants_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="relays_extension_has_reason"),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) & ~Q(state=ExtensionState.GRANTED)
                | Q(granted__gt=F("old"), decided_by__isnull=False, state=ExtensionState.GRANTED),
                name="relays_extension_granted_by_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.REFUSED) | (Q(decided_by__isnull=False) & ~Q(note="")),
                name="relays_extension_refused_has_reason",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="extension_moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in EXTENSION_MOVES.items() for after in row],
            ),
            pgtrigger.Protect(
                name="old_day_stays", operation=pgtrigger.UpdateOf("old", "wanted", "reason", "asked_at")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.state} {self.wanted:%Y-%m-%d}"

    @property
    def colour(self) -> str:
        return EXTENSION_COLOURS[self.state]

    @property
    def is_granted(self) -> bool:
        return self.state == ExtensionState.GRANTED

    @property
    def is_waiting(self) -> bool:
        return self.state == ExtensionState.ASKED
