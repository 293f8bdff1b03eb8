"""One message to many people, and what each of them owes about it."""

import hashlib
import json
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.text import FALLBACK, localized
from apps.delivery.models import Message
from apps.notices.audience import Rule
from apps.notices.enums import COLOURS, NOTICE_COLOURS, NoticeClass, NoticeState, ObligationState
from apps.notices.managers import RUNNING, NoticeQuerySet, ObligationQuerySet
from apps.people.models import Unit


class Notice(models.Model):
    """A notice (通知). `audience` is a rule (notices.audience.Rule as JSON); who it meant is frozen in obligations."""

    number = models.CharField(_("number"), max_length=40, unique=True, null=True)  # noqa: DJ001 (unique)
    title = models.JSONField(_("title"), default=dict)
    body = models.JSONField(_("body"), default=dict)
    notice_class = models.CharField(_("class"), max_length=10, choices=NoticeClass, default=NoticeClass.MANDATORY)
    needs_acknowledgement = models.BooleanField(_("ask for acknowledgement"), default=True)
    audience = models.JSONField(_("audience"), default=dict)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="sent_notices")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+", verbose_name=_("in the name of"))
    state = models.CharField(max_length=12, choices=NoticeState, default=NoticeState.DRAFT)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    acknowledge_by = models.DateTimeField(_("acknowledge by"), null=True, blank=True)
    expires_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    fan_out_cursor = models.BigIntegerField(default=0)  # the highest person key that is dealt with
    fanned_out_at = models.DateTimeField(null=True)
    mail_planned_at = models.DateTimeField(null=True)
    recipient_count = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[NoticeState.DRAFT, NoticeState.SCHEDULED])
                | Q(published_at__isnull=False, number__isnull=False, message__isnull=False),
                name="notices_published_has_number",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(publish_at__isnull=True) | Q(expires_at__gt=F("publish_at")),
                name="notices_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["publish_at"], name="notices_to_publish", condition=Q(state=NoticeState.SCHEDULED)),
            models.Index(fields=["-created_at"], name="notices_newest"),
            models.Index(fields=["published_at"], name="notices_by_publishing"),
        ]
        triggers = [
            # What people were told, and who was meant, stays as it was; a correction will be a version of its own.
            pgtrigger.Protect(
                name="words_stay",
                operation=pgtrigger.UpdateOf("title", "body", "audience", "needs_acknowledgement", "notice_class"),
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number or '—'} {localized(self.title)}"

    def get_absolute_url(self) -> str:
        return reverse("notices:read", args=[self.pk])

    @property
    def rule(self) -> Rule:
        return Rule.from_json(self.audience)

    @property
    def is_editable(self) -> bool:
        return self.state == NoticeState.DRAFT

    @property
    def is_out(self) -> bool:
        return self.published_at is not None

    @property
    def state_colour(self) -> str:
        return NOTICE_COLOURS[self.state]

    @property
    def languages(self) -> list[str]:
        """The languages that have words, in the order of falling back."""
        return [language for language in FALLBACK if self.title.get(language) and self.body.get(language)]

    def shown_language(self, language: str) -> str:
        """In which language a reader of `language` gets it: that one if it has words, else the first that has."""
        return next((code for code in (language, *FALLBACK) if code in self.languages), "")

    def digest(self) -> str:
        """What was read: the SHA-256 of all titles and texts, kept with each act of reading."""
        return hashlib.sha256(json.dumps([self.title, self.body], sort_keys=True).encode()).hexdigest()

    def is_late(self, at: datetime) -> bool:
        """Is the day of acknowledging over?"""
        return self.acknowledge_by is not None and self.acknowledge_by < at

    def is_running(self, at: datetime) -> bool:
        """Is it out and not over, so that chasing makes sense?"""
        return self.state in RUNNING and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


class Obligation(models.Model):
    """This person is to know this notice: the line in the inbox. `state` is computed from evidence, kept for lists."""

    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="obligations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="obligations")
    reason = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=ObligationState, default=ObligationState.OPEN)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    receipt_number = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001 (unique)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=200, blank=True)
    state_at = models.DateTimeField(null=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="notices_obligation_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(receipt_number__isnull=False),
                name="notices_acknowledged_has_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notices_inbox"),
            models.Index(fields=["notice", "state"], name="notices_by_state"),
            models.Index(fields=["person", "-created_at", "-id"], name="notices_owed", condition=Q(is_open=True)),
            models.Index(fields=["notice"], name="notices_still_open", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.person_id}: {self.state}"

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def is_unread(self) -> bool:
        return self.opened_at is None and self.acknowledged_at is None

    @property
    def needs_address(self) -> bool:
        """Mail cannot arrive: mending the address is what helps."""
        return self.state in (ObligationState.BOUNCED, ObligationState.UNREACHABLE)

    @property
    def needs_call(self) -> bool:
        """Mail was handed over and reminded of, and nothing came back: a phone call is what helps."""
        return self.state == ObligationState.NOTIFIED and self.reminders > 0


class Round(models.Model):
    """One sending of a notice: the first (number 1), or a reminder. Each has its own message, so its own words.

    `started_by` empty: the working day started it. `only_person`: a reminder to one, not to all still open.
    """

    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    message = models.OneToOneField(Message, on_delete=models.RESTRICT, related_name="+")
    planned_for = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    only_person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    recipient_count = models.PositiveIntegerField(default=0)
    is_complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notices_round_once"),
            models.UniqueConstraint(
                fields=["notice", "planned_for"],
                name="notices_automatic_round_once",
                condition=Q(started_by__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["id"], name="notices_round_open", condition=Q(is_complete=False))]

    def __str__(self) -> str:
        return f"{self.notice_id} round {self.number}"

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def reminder_number(self) -> int:
        return self.number - 1


class EvidenceCursor(models.Model):
    """How far the evidence of the outbox has been taken over into obligations (one row)."""

    name = models.CharField(max_length=20, unique=True)
    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last_id}"
