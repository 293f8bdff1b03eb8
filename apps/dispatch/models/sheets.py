"""The paper as it is set: of each edition while it is a draft, and the final one with its number and day."""

import pgtrigger
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.dispatch.enums import SHEET_COLOURS, SHEET_MOVES, SheetState
from apps.dispatch.managers import SheetQuerySet
from apps.documents.models import Document, Edition
from apps.journal.models import Blob


class Sheet(models.Model):
    """`data`: everything that is printed, as it stood when the sheet was asked for; `key`: its SHA-256, so that the
    same text, number and day give the same sheet. `picture`: its pages one below the other, as they stood before who
    decided; `fault`: why it could not be drawn. A sheet that is ready never changes.
    """

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="sheets")
    edition = models.ForeignKey(Edition, on_delete=models.RESTRICT, related_name="sheets")
    is_final = models.BooleanField(default=False)
    data = models.JSONField()
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.WAITING)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="dispatch_sheets")
    picture = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="dispatch_pictures")
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True, default="", db_default="")
    asked_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(null=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=SheetState.READY)
                | Q(blob__isnull=False, picture__isnull=False, made_at__isnull=False),
                name="dispatch_ready_sheet_has_bytes",
            ),
        ]
        indexes = [
            models.Index(fields=["document", "-asked_at"], name="dispatch_sheets"),
            models.Index(fields=["asked_at"], name="dispatch_unset", condition=Q(state=SheetState.WAITING)),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in SHEET_MOVES.items() for after in row],
            ),
            pgtrigger.Protect(
                name="ready_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state=SheetState.READY)
            ),
            pgtrigger.ReadOnly(name="what_is_printed_stays", fields=["document", "edition", "is_final", "data", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.key[:12]} {self.state}"

    @property
    def colour(self) -> str:
        return SHEET_COLOURS[SheetState(self.state)]

    @property
    def is_ready(self) -> bool:
        return self.state == SheetState.READY

    @property
    def is_failed(self) -> bool:
        return self.state == SheetState.FAILED
