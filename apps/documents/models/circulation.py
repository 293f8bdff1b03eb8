"""Circulation for reading (傳閱): who has it now, and who has read it."""

from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.clock import now
from apps.documents.enums import READER_COLOURS, READER_MOVES, CirculationMode, ReaderState
from apps.documents.models.document import Concerned, Document

PERSON = settings.AUTH_USER_MODEL


class Circulation(models.Model):
    """A round of reading that one person began."""

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="circulations")
    mode = models.CharField(max_length=10, choices=CirculationMode)
    words = models.TextField(blank=True)
    started_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    started_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(ended_at__isnull=True), name="documents_one_circulation_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} from {self.started_at:%Y-%m-%d}"


class ReaderQuerySet(models.QuerySet):
    def having_it(self) -> ReaderQuerySet:
        """Whose turn it is in a round that runs."""
        return self.filter(state=ReaderState.WITH, circulation__ended_at__isnull=True)

    def late(self, at: datetime) -> ReaderQuerySet:
        """Who has it, and the day of the round is over."""
        return self.having_it().filter(circulation__due_at__lt=at)

    def taking_part(self) -> ReaderQuerySet:
        """Who is to read, has it or has read it: all but the excused."""
        return self.exclude(state=ReaderState.EXCUSED)

    def still_named(self) -> ReaderQuerySet:
        """Whose person is brought into the document by name, and so may read it."""
        lines = Concerned.objects.in_force().filter(
            document=OuterRef("circulation__document"), person=OuterRef("person")
        )
        return self.filter(Exists(lines))


class Reader(models.Model):
    """One reader. `opened_at`: the signed-in page stood before them; `read_at`: they said that they have read it. Only
    these two prove reading.
    """

    circulation = models.ForeignKey(Circulation, on_delete=models.RESTRICT, related_name="readers")
    person = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    order = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ReaderState, default=ReaderState.WAITING)
    given_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    excuse = models.CharField(max_length=200, blank=True)
    urged_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")

    objects = ReaderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circulation", "person"], name="documents_reader_once"),
            models.CheckConstraint(
                condition=~Q(state=ReaderState.READ) | Q(read_at__isnull=False, read_by__isnull=False),
                name="documents_read_has_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReaderState.EXCUSED) | ~Q(excuse=""), name="documents_excused_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "given_at"], name="documents_to_read", condition=Q(state=ReaderState.WITH))
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in READER_MOVES.items() for after in row],
            )
        ]

    def __str__(self) -> str:
        return f"{self.circulation_id}: {self.person_id} {self.state}"

    @property
    def colour(self) -> str:
        return READER_COLOURS[ReaderState(self.state)]
