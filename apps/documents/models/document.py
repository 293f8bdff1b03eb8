"""An official document, incoming or outgoing: what both have."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.models import CalendarVersion
from apps.documents.enums import (
    CATEGORY,
    CLASSIFIED_TITLE,
    COLOURS,
    INCOMING_STATES,
    MOVES,
    OPEN_STATES,
    OUTGOING_STATES,
    PUBLISHED_STATES,
    RESTRICTED,
    TO_FILE,
    Access,
    CountsFrom,
    Direction,
    Kind,
    Purpose,
    State,
    Why,
)
from apps.documents.managers import ConcernedQuerySet, DocumentQuerySet
from apps.people.models import Unit

PERSON = settings.AUTH_USER_MODEL
# FOR SHARE: an access level that is being changed is waited for.
ENTERED = f"""
    SELECT created_at, access IN {RESTRICTED} INTO NEW.entered_at, NEW.is_restricted
        FROM documents_document WHERE id = NEW.document_id FOR SHARE;
    RETURN NEW;
"""  # noqa: S608 (our own constants)
RESTRICT = f"""
    UPDATE documents_concerned SET is_restricted = NEW.access IN {RESTRICTED} WHERE document_id = NEW.id;
    RETURN NULL;
"""  # noqa: S608 (our own constants)


class UrgencyLevel(models.Model):
    """緊急程度 and the time it gives: 特急, 加急, 平急, or 最速件, 速件, 普通件 (1, 3, 6 working days).

    `profile` groups the levels of one practice; only those that are `offered` can be chosen. `minutes`: working
    minutes, or where the count begins on the day after receipt, `days`: working days (0.5 is half of one).
    """

    profile = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    name = models.JSONField(_("name"), default=dict)
    rank = models.PositiveSmallIntegerField(help_text="1 is the most urgent")
    counts_from = models.CharField(max_length=10, choices=CountsFrom)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    days = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    is_traced = models.BooleanField(default=False, help_text="a person is told at once, and again each half a day")
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "code"], name="documents_urgency_once"),
            models.CheckConstraint(
                condition=Q(counts_from=CountsFrom.RECEIPT, minutes__isnull=False, days__isnull=True)
                | Q(counts_from=CountsFrom.DAY_AFTER, minutes__isnull=True, days__isnull=False),
                name="documents_urgency_has_one_time",
            ),
        ]
        ordering = ["profile", "rank"]

    def __str__(self) -> str:
        return f"{self.profile}.{self.code}"


class Document(models.Model):
    """One paper. `number`: that of the ledger, the office's own for what came in, 發文字號 for what goes out; there
    from the numbering on. `dated_on`: the day it bears (of signing, never of drafting). `due_at` is what the urgency
    gives, or what was set for it.
    """

    direction = models.CharField(max_length=10, choices=Direction)
    state = models.CharField(max_length=12, choices=State)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.NOTICE)
    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(max_length=80, blank=True)
    dated_on = models.DateField(null=True)
    access = models.CharField(_("access"), max_length=10, choices=Access, default=Access.INTERNAL)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, blank=True)
    urgency = models.ForeignKey(UrgencyLevel, on_delete=models.RESTRICT, null=True, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.RESTRICT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    handler = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    created_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    registered_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)
    closing_words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(direction=Direction.INCOMING, state__in=INCOMING_STATES)
                | Q(direction=Direction.OUTGOING, state__in=OUTGOING_STATES),
                name="documents_state_fits_direction",
            ),
            models.UniqueConstraint(
                fields=["direction", "number"], condition=~Q(number=""), name="documents_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        State.REGISTERED,
                        State.PROPOSED,
                        State.HANDLING,
                        State.ANSWERED,
                        State.CLOSED,
                        State.NUMBERED,
                        State.SENT,
                        State.FILED,
                    ]
                )
                | ~Q(number=""),
                name="documents_nobody_acts_without_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CLOSED, State.SENT, State.FILED]) | Q(closed_at__isnull=False),
                name="documents_end_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["-last_event_at", "-id"], name="documents_newest"),
            models.Index(fields=["direction", "-registered_at", "-id"], name="documents_register"),
            models.Index(fields=["due_at", "id"], name="documents_open_due", condition=Q(state__in=OPEN_STATES)),
            models.Index(fields=["handler", "due_at", "id"], name="documents_mine", condition=Q(state__in=OPEN_STATES)),
            models.Index(
                fields=["handler", "closed_at", "id"], name="documents_to_file", condition=Q(state__in=TO_FILE)
            ),
            models.Index(fields=["closed_at"], name="documents_closed", condition=Q(closed_at__isnull=False)),
            # Searching reads these in their order (search_page.py): all, of one state, and what some people see alone.
            models.Index(fields=["-created_at", "-id"], name="documents_entered"),
            models.Index(fields=["state", "-created_at", "-id"], name="documents_entered_state"),
            models.Index(
                fields=["-created_at", "-id"], name="documents_entered_done", condition=Q(state__in=PUBLISHED_STATES)
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="documents_entered_out",
                condition=Q(access=Access.OPEN, state__in=PUBLISHED_STATES),
            ),
            models.Index(
                fields=["-created_at", "-id"], name="documents_entered_kept", condition=Q(access__in=RESTRICTED)
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[(before.value, after.value) for before, row in MOVES.items() for after in row],
            ),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="classified_keeps_silent",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("title"),
                condition=pgtrigger.Q(old__title__df=pgtrigger.F("new__title")),
                func=f"""
                    IF NEW.title <> '{CLASSIFIED_TITLE}' AND EXISTS (
                        SELECT 1 FROM documents_incoming WHERE document_id = NEW.id AND is_classified) THEN
                        RAISE EXCEPTION 'a classified document has no title here';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 (our own constant)
            ),
            pgtrigger.Trigger(
                name="restrict",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("access"),
                condition=pgtrigger.Q(old__access__df=pgtrigger.F("new__access")),
                func=RESTRICT,
            ),
            pgtrigger.Protect(
                name="number_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__number="") & pgtrigger.Q(old__number__df=pgtrigger.F("new__number")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.title}"

    def get_absolute_url(self) -> str:
        """An outgoing paper has a page of its own, in the app above."""
        return reverse("documents:detail" if self.is_incoming else "dispatch:detail", args=[self.pk])

    @property
    def category(self) -> str:
        return CATEGORY[State(self.state)]

    @property
    def colour(self) -> str:
        return COLOURS[State(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_incoming(self) -> bool:
        return self.direction == Direction.INCOMING

    def is_late(self, at: datetime) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < at


class Concerned(models.Model):
    """Need to know: a person, or a unit (whose secretary and head change), and why. Never taken away while something
    of theirs is in the document; `ended_at` closes it for who was named by mistake. `entered_at` is the document's
    `created_at` and `is_restricted` whether its level is, both written by the database: in this order somebody's
    documents are read, and those that only the concerned read, however few of all they are.
    """

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="concerned")
    person = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, related_name="+")
    why = models.CharField(pgettext_lazy("concerned", "why"), max_length=12, choices=Why)
    added_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    added_at = models.DateTimeField(default=now)
    entered_at = models.DateTimeField(null=True, editable=False)
    is_restricted = models.BooleanField(default=False, db_default=False, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = ConcernedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit__isnull=True) | Q(person__isnull=True, unit__isnull=False),
                name="documents_concerned_is_one",
            ),
            models.UniqueConstraint(
                fields=["document", "person", "why"],
                condition=Q(person__isnull=False, ended_at__isnull=True),
                name="documents_person_concerned_once",
            ),
            models.UniqueConstraint(
                fields=["document", "unit", "why"],
                condition=Q(unit__isnull=False, ended_at__isnull=True),
                name="documents_unit_concerned_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "document"], name="documents_of_person", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["unit", "document"], name="documents_of_unit", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["person", "-entered_at", "-document"],
                name="documents_newest_of_person",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["unit", "-entered_at", "-document"],
                name="documents_newest_of_unit",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["person", "-entered_at", "-document"],
                name="documents_kept_of_person",
                condition=Q(ended_at__isnull=True, is_restricted=True),
            ),
            models.Index(
                fields=["unit", "-entered_at", "-document"],
                name="documents_kept_of_unit",
                condition=Q(ended_at__isnull=True, is_restricted=True),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="entered",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=ENTERED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.person_id or self.unit_id} {self.why}"
