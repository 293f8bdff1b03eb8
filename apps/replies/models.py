"""A notice that collects answers, each person's answers, what happened to them, and the signatures under the totals."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.journal.models import Blob
from apps.notices.models import Notice, Obligation
from apps.people.models import Person, Unit
from apps.questionnaires.models import AnswerSet, FormVersion
from apps.replies.enums import (
    COLLECTION_COLOURS,
    COLOURS,
    EVENT_COLOURS,
    EVENT_ICONS,
    EXCUSED_LABEL,
    WITH_PERSON,
    CollectionState,
    EventKind,
    ReplyState,
)
from apps.replies.managers import CollectionQuerySet, ReplyQuerySet, SignOffQuerySet

NOT_WHEN_SIGNED = """
IF EXISTS (SELECT 1 FROM replies_collection
           WHERE id = COALESCE(OLD.collection_id, NEW.collection_id) AND state = 'signed') THEN
    RAISE EXCEPTION 'replies: the totals of this collection are signed, nothing changes any more';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class Collection(models.Model):
    """Answers collected with a notice (回執表單). A draft of a notice that is thrown away takes it along.

    `round_of`: the earlier collection from whose answers people's forms are filled. `closes_at`: nothing is handed in
    after it, but what was returned.
    """

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="collection")
    form_version = models.ForeignKey(FormVersion, on_delete=models.RESTRICT, related_name="+")
    round_of = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="later_rounds")
    confirmed_by_units = models.BooleanField(_("confirmed by the units"), default=True)
    closes_at = models.DateTimeField(_("nothing is taken after"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=CollectionState, default=CollectionState.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(round_of__isnull=True) | ~Q(round_of=F("id")), name="replies_not_its_own_round"
            )
        ]
        indexes = [
            models.Index(fields=["id"], name="replies_collecting", condition=Q(state=CollectionState.OPEN)),
            models.Index(fields=["-created_at", "-id"], name="replies_newest"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_collection_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=CollectionState.SIGNED),
            )
        ]

    def __str__(self) -> str:
        return f"collection {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("replies:progress", args=[self.pk])

    @property
    def colour(self) -> str:
        return COLLECTION_COLOURS[self.state]

    @property
    def is_open(self) -> bool:
        return self.state == CollectionState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == CollectionState.CLOSED

    @property
    def is_signed(self) -> bool:
        return self.state == CollectionState.SIGNED

    def takes(self, at: datetime) -> bool:
        """May answers be handed in that were never returned?"""
        return self.is_open and (self.closes_at is None or at < self.closes_at)


class Reply(models.Model):
    """One person's answers. `unit`: where they are counted and confirmed, the main post's when the row was made.

    `returned`: remarks by the key of the question; without any the whole is returned. The ledger is ReplyEvent.
    """

    collection = models.ForeignKey(Collection, on_delete=models.RESTRICT, related_name="replies")
    obligation = models.OneToOneField(Obligation, on_delete=models.RESTRICT, related_name="reply")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, related_name="+")
    answer_set = models.OneToOneField(AnswerSet, on_delete=models.RESTRICT, null=True, related_name="reply")
    state = models.CharField(max_length=10, choices=ReplyState, default=ReplyState.NOT_BEGUN)
    returned = models.JSONField(default=dict)
    return_note = models.CharField(max_length=1000, blank=True, default="")
    handed_in_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReplyState.NOT_BEGUN) | Q(answer_set__isnull=False), name="replies_begun_has_answers"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handed_in", "returned", "confirmed", "accepted"])
                | Q(handed_in_at__isnull=False),
                name="replies_handed_in_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReplyState.CONFIRMED) | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="replies_confirmed_has_name",
            ),
        ]
        indexes = [
            models.Index(fields=["collection", "state", "unit"], name="replies_by_state"),
            models.Index(fields=["unit"], name="replies_to_confirm", condition=Q(state=ReplyState.HANDED_IN)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_replies_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=NOT_WHEN_SIGNED,
            )
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("replies:detail", args=[self.pk])

    @property
    def person(self) -> Person:
        return self.obligation.person

    @property
    def is_with_person(self) -> bool:
        return self.state in WITH_PERSON

    @property
    def is_returned(self) -> bool:
        return self.state == ReplyState.RETURNED

    @property
    def is_excused(self) -> bool:
        """Owes nothing (any more), though nothing was handed in."""
        return self.is_with_person and not self.obligation.is_open

    @property
    def is_owed(self) -> bool:
        return self.is_with_person and self.obligation.is_open

    @property
    def label(self) -> str:
        return str(EXCUSED_LABEL if self.is_excused else self.get_state_display())

    @property
    def colour(self) -> str:
        return "teal" if self.is_excused else COLOURS[self.state]

    @property
    def changeable_keys(self) -> list[str] | None:
        """The questions that may be changed now; None: all of them."""
        return list(self.returned) if self.is_returned and self.returned else None


class ReplyEvent(models.Model):
    """One step of one person's answers, kept for ever: what was handed in, returned with which remarks, confirmed."""

    reply = models.ForeignKey(Reply, on_delete=models.RESTRICT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind)
    number = models.PositiveSmallIntegerField()  # the how manieth handing in it belongs to
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()
    answers = models.JSONField(null=True)  # as handed in or confirmed
    digest = models.CharField(max_length=64, blank=True, default="")
    remarks = models.JSONField(default=dict)
    note = models.CharField(max_length=1000, blank=True, default="")
    receipt_number = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["reply", "id"], name="replies_event_of_reply")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.kind} {self.number}"

    @property
    def colour(self) -> str:
        return EVENT_COLOURS[self.kind]

    @property
    def icon(self) -> str:
        return EVENT_ICONS[self.kind]


class SignOff(models.Model):
    """The totals of a collection as they were signed. Two different people sign; before the second one the first
    signature may be taken back (`withdrawn_at`). `digest`: over every counted answer and the figures.
    """

    collection = models.ForeignKey(Collection, on_delete=models.RESTRICT, related_name="sign_offs")
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    first_signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    first_signed_at = models.DateTimeField()
    second_signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    second_signed_at = models.DateTimeField(null=True)
    sheet = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="signed_totals")
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True, default="")

    objects = SignOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second_signer__isnull=True) | ~Q(second_signer=F("first_signer")),
                name="replies_two_different_people_sign",
            ),
            models.CheckConstraint(
                condition=Q(second_signer__isnull=True, second_signed_at__isnull=True, sheet__isnull=True)
                | Q(
                    second_signer__isnull=False,
                    second_signed_at__isnull=False,
                    sheet__isnull=False,
                    withdrawn_at__isnull=True,
                ),
                name="replies_second_signature_whole",
            ),
            models.UniqueConstraint(
                fields=["collection"], condition=Q(withdrawn_at__isnull=True), name="replies_one_sign_off"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="signed_totals_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__second_signed_at__isnull=False)
                | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="first_signature_stays",
                operation=pgtrigger.UpdateOf(
                    "collection_id", "figures", "digest", "first_signer_id", "first_signed_at"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"sign-off {self.pk} of {self.collection_id}"
