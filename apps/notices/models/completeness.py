"""The check for missing rows: how far it is, what each run looked at, and every row that it found missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.notices.enums import MissingKind
from apps.notices.models.notice import Notice
from apps.notices.models.rounds import Round

KEPT = timedelta(days=30)  # a run that found nothing
OPEN = Q(put_back_at__isnull=True, settled_at__isnull=True)


class Completeness(models.Model):
    """How far the check for missing rows got (`last_id`: a notice), and what it ever found (one row)."""

    name = models.CharField(max_length=20, unique=True)
    last_id = models.BigIntegerField(default=0)
    last_run_at = models.DateTimeField(null=True)
    full_round_at = models.DateTimeField(null=True)
    last_found_at = models.DateTimeField(null=True)
    lines_missing = models.PositiveBigIntegerField(default=0)
    deliveries_planned = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last_id}"


class CheckRunQuerySet(models.QuerySet):
    def to_forget(self, at: datetime) -> CheckRunQuerySet:
        """Those that found nothing, after a while."""
        return self.filter(at__lt=at - KEPT, rows__isnull=True)


class CheckRun(models.Model):
    """One run of the check: how many notices and people it compared, and whether it came to the end of all notices."""

    at = models.DateTimeField()
    notices = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    is_end = models.BooleanField(default=False)

    objects = CheckRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="notices_check_newest")]

    def __str__(self) -> str:
        return f"check of {self.at:%Y-%m-%d %H:%M}"


class MissingRowQuerySet(models.QuerySet):
    def left(self) -> MissingRowQuerySet:
        """Neither put back nor settled."""
        return self.filter(OPEN)

    def put_back(self) -> MissingRowQuerySet:
        return self.filter(put_back_at__isnull=False)


class MissingRow(models.Model):
    """A row that the check found missing, or one line too many. `person` empty: nothing says whose it is.

    `round`: of a message that was not planned. It ends by `put_back_at`, or by `settled_at`: by itself when the person
    owes nothing any more (`settled_by` empty), else by a person with a note.
    """

    run = models.ForeignKey(CheckRun, on_delete=models.RESTRICT, related_name="rows")
    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="missing_rows")
    kind = models.CharField(max_length=10, choices=MissingKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.RESTRICT, null=True, related_name="+")
    put_back_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    objects = MissingRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"],
                name="notices_missing_message_once",
                condition=OPEN & Q(round__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | Q(settled_at__isnull=False) & ~Q(note=""),
                name="notices_missing_settled_with_note",
            ),
        ]
        indexes = [
            models.Index(fields=["notice"], name="notices_missing_left", condition=OPEN),
            models.Index(fields=["run", "id"], name="notices_missing_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.notice_id} for {self.person_id}"
