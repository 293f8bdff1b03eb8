"""Any table from a file: the file, its staged rows, the verdict on each, what was done, and how to undo it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.imports.enums import COLOURS, OPEN_STATES, BatchState, Verdict
from apps.imports.managers import BatchQuerySet
from apps.journal.models import Blob


class Batch(models.Model):
    """One file on its way in. `target` names what its rows become (imports.targets). `forgotten_at`: since when neither
    the file nor its rows say anything (imports.forgetting).
    """

    target = models.CharField(max_length=40)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT)
    file_name = models.CharField(max_length=150)
    encoding = models.CharField(max_length=20, blank=True)
    header_line = models.PositiveIntegerField(null=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.RECEIVED)
    problem = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    # Who asked for the work that goes on, and when it last moved: what stands still is handed to a worker again.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    progress_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.target} {self.file_name}"

    @property
    def colour(self) -> str:
        return COLOURS[BatchState(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_committing(self) -> bool:
        return self.state == BatchState.COMMITTING

    @property
    def is_failed(self) -> bool:
        return self.state == BatchState.FAILED

    @property
    def can_commit(self) -> bool:
        """Checked, and something would come of it."""
        due = self.counts.get(Verdict.CREATED, 0) + self.counts.get(Verdict.UPDATED, 0)
        return self.state == BatchState.CHECKED and due > 0

    @property
    def can_undo(self) -> bool:
        return self.state == BatchState.COMMITTED and self.forgotten_at is None

    @property
    def column_words(self) -> str:
        """The known titles of the file in a line."""
        return "、".join(self.mapping)


class Row(models.Model):
    """One line of the file. `before` is what the thing held before the batch changed it, for undo."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    sheet = models.CharField(max_length=80, blank=True)
    raw = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    mended = models.JSONField(default=list)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    problems = models.JSONField(default=list)
    object_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "line"], name="imports_row_once")]
        indexes = [
            models.Index(fields=["batch", "verdict"], name="imports_row_verdict"),
            models.Index(fields=["object_id"], name="imports_row_of", condition=Q(object_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"

    @property
    def unit_words(self) -> str:
        """What the row says about the unit."""
        return " / ".join(self.values[key] for key in ("department", "programme", "class") if self.values.get(key))
