"""One message to many people. Who owes what about it stands in obligation.py."""

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
from apps.notices.enums import NOTICE_COLOURS, NoticeClass, NoticeState
from apps.notices.managers import RUNNING, NoticeQuerySet
from apps.notices.models.audiences import SavedAudience
from apps.notices.models.templates import TemplateVersion
from apps.people.models import Unit


def usual_reminder_days() -> list[int]:
    """Working days before (−) and after (+) the day of acknowledging."""
    return [-3, -1, 0, 1]


class Notice(models.Model):
    """A notice (通知). `audience` is a rule (notices.audience.Rule as JSON); who it meant is frozen in obligations.

    Its words may be changed after it went out, by a new edition (`edition`, kept whole in Edition): `counts_from` is
    the oldest edition whose reading and acknowledging still counts. `needs_answer`: people hand in a form.
    `audience_from`, `audience_version`: the saved audience that the rule was copied from, and how it stood then.
    `reminder_days`: working days around `acknowledge_by`. `ladder`: its channels in order; of a draft, empty
    means the usual ones, and publishing writes down which those are. `robots`: keys of the group robots that post it.
    `refused_at`: it could not go out at its time, for `refused_reason` (in each language); gone when that is settled.
    `template_version`: the words it was begun from.
    """

    number = models.CharField(_("number"), max_length=40, unique=True, null=True)  # noqa: DJ001 (unique)
    title = models.JSONField(_("title"), default=dict)
    body = models.JSONField(_("body"), default=dict)
    notice_class = models.CharField(_("class"), max_length=10, choices=NoticeClass, default=NoticeClass.MANDATORY)
    needs_acknowledgement = models.BooleanField(_("ask for acknowledgement"), default=True)
    needs_answer = models.BooleanField(_("ask for a form"), default=False, db_default=False)
    audience = models.JSONField(_("audience"), default=dict)
    audience_from = models.ForeignKey(
        SavedAudience, on_delete=models.RESTRICT, null=True, blank=True, related_name="notices"
    )
    audience_version = models.PositiveIntegerField(null=True, blank=True)
    joins_until = models.DateField(_("also who joins until"), null=True, blank=True)
    is_urgent = models.BooleanField(_("urgent"), default=False, db_default=False)
    urgent_reason = models.CharField(_("why it is urgent"), max_length=200, blank=True, db_default="")
    reminder_days = models.JSONField(_("reminders"), default=usual_reminder_days, db_default=[-3, -1, 0, 1])
    ladder = models.JSONField(_("ladder"), default=list, db_default=[], blank=True)
    robots = models.JSONField(_("chat groups"), default=list, db_default=[], blank=True)
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
    edition = models.PositiveSmallIntegerField(default=1, db_default=1)
    counts_from = models.PositiveSmallIntegerField(default=1, db_default=1)
    approval_digest = models.CharField(max_length=64, blank=True, db_default="")  # of what was put up for approval
    approval_people = models.PositiveIntegerField(null=True)  # how many people it was to reach then
    refused_at = models.DateTimeField(null=True)
    refused_reason = models.JSONField(default=dict, db_default={})
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.RESTRICT, null=True, related_name="notices")
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1)  # of the row, for people who edit at once
    created_at = models.DateTimeField(default=now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[NoticeState.DRAFT, NoticeState.WAITING, NoticeState.SCHEDULED])
                | Q(published_at__isnull=False, number__isnull=False, message__isnull=False),
                name="notices_published_has_number",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(publish_at__isnull=True) | Q(expires_at__gt=F("publish_at")),
                name="notices_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(counts_from__gte=1, counts_from__lte=F("edition")), name="notices_counts_from_an_edition"
            ),
            models.CheckConstraint(
                condition=Q(audience_from__isnull=True) | Q(audience_version__isnull=False),
                name="notices_copied_from_a_version",
            ),
            models.CheckConstraint(
                condition=Q(is_urgent=False) | ~Q(urgent_reason=""), name="notices_urgent_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.WITHDRAWN)
                | Q(withdrawn_at__isnull=False)
                | Q(published_at__isnull=True),
                name="notices_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | (Q(state=NoticeState.DRAFT) & ~Q(refused_reason={})),
                name="notices_refused_is_a_draft",
            ),
        ]
        indexes = [
            models.Index(fields=["publish_at"], name="notices_to_publish", condition=Q(state=NoticeState.SCHEDULED)),
            models.Index(fields=["-created_at"], name="notices_newest"),
            models.Index(fields=["published_at"], name="notices_by_publishing"),
            models.Index(fields=["sender"], name="notices_refused", condition=Q(refused_at__isnull=False)),
        ]
        triggers = [
            # What people were told stays as it was, but for a new edition; who was meant and what was asked stays.
            pgtrigger.Protect(
                name="words_stay",
                operation=pgtrigger.UpdateOf("title", "body"),
                condition=pgtrigger.Q(old__published_at__isnull=False, old__edition=pgtrigger.F("new__edition")),
            ),
            pgtrigger.Protect(
                name="terms_stay",
                operation=pgtrigger.UpdateOf("audience", "needs_acknowledgement", "needs_answer", "notice_class"),
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
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
    def is_asking(self) -> bool:
        """Is something to be done beside reading: acknowledge it, or hand a form in?"""
        return self.needs_acknowledgement or self.needs_answer

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
