"""Rounds of sending, the days of reminding, and how far evidence was taken over."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.delivery.enums import Channel
from apps.delivery.models import Message
from apps.notices.enums import RoundKind, Skipped
from apps.notices.models.notice import Notice


class Round(models.Model):
    """One sending of a notice by one channel: the first (number 1), a reminder, a rung of the ladder, word of a change.

    Each has words of its own; a message that reminds of several notices at once is shared by their rounds.
    `channel`: the first of those it goes by, where the
    chats go together; a rung of the ladder has one round for all who come to it, sooner or later. `ways`: to how many
    people it was planned by which channel, where each is told by the first that reaches ("none": by no channel).
    `started_by` empty: the working day started it. `only_person`: a reminder to one, not to all still open.
    """

    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=RoundKind, default=RoundKind.FIRST)
    edition = models.PositiveSmallIntegerField(default=1, db_default=1)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, related_name="+")
    planned_for = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    only_person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    recipient_count = models.PositiveIntegerField(default=0)
    ways = models.JSONField(default=dict, db_default={})
    is_complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notices_round_once"),
            models.UniqueConstraint(
                fields=["notice", "edition", "channel"], name="notices_rung_once", condition=Q(kind=RoundKind.LADDER)
            ),
        ]
        indexes = [models.Index(fields=["id"], name="notices_round_open", condition=Q(is_complete=False))]

    def __str__(self) -> str:
        return f"{self.notice_id} round {self.number}"

    @property
    def is_first(self) -> bool:
        return self.number == 1


class ReminderStep(models.Model):
    """A reminder of a notice that falls due at `due_at`; swept, so a missed minute loses nothing.

    `days`: working days from the day of acknowledging (before: negative), or from publishing where none was set.
    `done_at` is set in the transaction that starts it; `people`: how many were reminded; `skipped`: why it was not
    sent. `part`: 0, or counted up for those who had got their one reminder of the day already.
    """

    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="reminder_steps")
    edition = models.PositiveSmallIntegerField(default=1)
    days = models.SmallIntegerField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(null=True)
    skipped = models.CharField(max_length=10, choices=Skipped, blank=True, db_default="")
    part = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "edition", "days", "part"], name="notices_reminder_step_once"),
            models.CheckConstraint(
                condition=Q(skipped="") | Q(done_at__isnull=False), name="notices_skipped_step_is_done"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="notices_reminders_due", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.days:+d}"


class DailyReminder(models.Model):
    """The one reminder that a person gets by itself on a day, and of which notices (keys, in order)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    day = models.DateField()
    notices = ArrayField(models.BigIntegerField())
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="notices_one_reminder_a_day")]
        indexes = [models.Index(fields=["day", "notices"], name="notices_reminder_sets")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class SecretaryLetter(models.Model):
    """The one list of people still open that a unit secretary (or who stands in) gets on a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    day = models.DateField()
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="notices_one_letter_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class EvidenceCursor(models.Model):
    """How far the evidence of the outbox has been taken over into obligations (one row)."""

    name = models.CharField(max_length=20, unique=True)
    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last_id}"
