"""The outbox: what leaves for whom, by which channel, and what became of it."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.delivery.enums import (
    COLOURS,
    FAILED_STATES,
    QUOTAS,
    REASONS,
    SUPPRESSED,
    Cause,
    Channel,
    DeliveryState,
    EvidenceKind,
    MessageClass,
    Queue,
    RobotKind,
)
from apps.delivery.managers import (
    DeliveryQuerySet,
    EvidenceQuerySet,
    RobotQuerySet,
    SuppressionQuerySet,
)
from apps.journal.models import Blob
from apps.people.models import Unit


class Message(models.Model):
    """One thing to tell. `source` names what it is about ("notices.notice:12"); the words are in MessageText, per
    language.

    `message_class` decides what happens when it is uncertain whether a mail left: mandatory ones are sent again with
    the same Message-ID, optional ones are left. `overrides_quiet_hours` needs a reason in the journal of its source.
    """

    source = models.CharField(max_length=80, db_index=True)
    message_class = models.CharField(max_length=10, choices=MessageClass)
    queue = models.CharField(max_length=10, choices=Queue, default=Queue.NOTICE)
    target_url = models.CharField(max_length=300, blank=True)
    overrides_quiet_hours = models.BooleanField(default=False)
    # Its mails carry a reply address of their person (ReplyRoute), and hang together with the others of the source.
    takes_replies = models.BooleanField(default=False, db_default=False)
    # The Message-ID of the mail that this one answers by itself: "auto-replied" (RFC 3834).
    answers_mail = models.CharField(max_length=250, blank=True, db_default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"message {self.pk} {self.source}"


class MessageText(models.Model):
    """The words of a message in one language. `digest` is the SHA-256 of subject, text and HTML (and of the file).

    `file` goes along with the mail: one that the portal made, and that names nobody.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    file = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, blank=True, related_name="message_texts")
    file_name = models.CharField(max_length=80, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "language"], name="delivery_text_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=True, file_name="") | (Q(file__isnull=False) & ~Q(file_name="")),
                name="delivery_file_has_a_name",
            ),
        ]
        triggers = [pgtrigger.Protect(name="immutable", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.message_id} {self.language}"


class Delivery(models.Model):
    """A message to one person by one channel, in one round. `state` is computed from evidence and kept here for lists.

    `person` is empty only for mail to an address that belongs to nobody here. `queue` repeats the message's, so that a
    sender finds its due rows by one index. `lease_until` says whose claim it is: a sender writes only while it is the
    value that it set; of an uncertain row it is the moment since when. `on_wire_at` is set just before the network
    call: a claim that ends without it sent nothing.
    """

    id = models.BigAutoField(primary_key=True)
    # No index on message or person alone, for the reason that stands with notices.Obligation.
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, related_name="deliveries", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=254, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.PLANNED)
    not_before = models.DateTimeField()
    held_reason = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    queue = models.CharField(max_length=10, choices=Queue, default=Queue.NOTICE, db_default=Queue.NOTICE)
    on_wire_at = models.DateTimeField(null=True, blank=True)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=300, blank=True, db_default="")
    # What the other side calls it (queue number, task id), and the SHA-256 of the words that left (MessageText.digest).
    remote_id = models.CharField(max_length=128, blank=True, db_default="")
    content_digest = models.CharField(max_length=64, blank=True, db_default="")
    handed_off_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "person", "channel", "round"],
                name="delivery_once",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["message", "address", "round"],
                name="delivery_robot_once",
                condition=Q(channel=Channel.ROBOT),
            ),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(address=""), name="delivery_has_somebody"),
        ]
        indexes = [
            models.Index(
                fields=["queue", "channel", "not_before"],
                name="delivery_due",
                condition=Q(state__in=[DeliveryState.PLANNED, DeliveryState.HELD]),
            ),
            models.Index(fields=["lease_until"], name="delivery_leased", condition=Q(state=DeliveryState.SENDING)),
            models.Index(
                fields=["handed_off_at"],
                name="delivery_silent",
                condition=Q(state=DeliveryState.HANDED_OFF) & ~Q(channel=Channel.PORTAL),
            ),
            models.Index(fields=["lease_until"], name="delivery_unsure", condition=Q(state=DeliveryState.UNCERTAIN)),
            models.Index(fields=["message", "person"], name="delivery_of_message"),
            models.Index(fields=["person", "-created_at"], name="delivery_of_person"),
            # Receipts of these two come by the service's own number; mails have a signed return path.
            models.Index(
                fields=["remote_id"],
                name="delivery_remote",
                condition=Q(channel__in=[Channel.DINGTALK, Channel.SMS]) & ~Q(remote_id=""),
            ),
            models.Index(fields=["id"], name="delivery_held", condition=Q(state=DeliveryState.HELD)),
            models.Index(fields=["id"], name="delivery_gone_wrong", condition=Q(state__in=FAILED_STATES)),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} {self.state}"

    @property
    def shown_address(self) -> str:
        """The address in words for people; browsers have none that says anything."""
        return "" if self.channel == Channel.PUSH else self.address

    @property
    def state_colour(self) -> str:
        return COLOURS[self.state]

    @property
    def held_because(self) -> str:
        """Why the message waits although its time has come: the address rests, or a limit. "" for all others."""
        if self.state != DeliveryState.HELD:
            return ""
        cause = self.held_reason.removeprefix(SUPPRESSED) if self.held_reason.startswith(SUPPRESSED) else ""
        return Cause(cause).label if cause in Cause.values else QUOTAS.get(self.held_reason, "")

    @property
    def is_over_quota(self) -> bool:
        return self.state == DeliveryState.HELD and self.held_reason in QUOTAS

    def may_be_sent_again(self, at: datetime) -> bool:
        """By a person's hand: what failed before anything was handed over, or is uncertain. A bounce needs a new
        round.
        """
        expires_at = self.message.expires_at
        again = self.state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
        return again and self.channel != Channel.PORTAL and (expires_at is None or at < expires_at)


class Suppression(models.Model):
    """An address that is not written to for a while, for one cause. `until` empty: until somebody lifts it.

    Not the person is silenced but the address: what would have gone there is held and shown, and the next channel is
    taken at once.
    """

    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    address = models.CharField(max_length=254)
    cause = models.CharField(max_length=10, choices=Cause)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey("Evidence", on_delete=models.RESTRICT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "channel",
                Lower("address"),
                "cause",
                name="delivery_suppressed_once",
                condition=Q(lifted_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="delivery_suppression_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.cause} since {self.since:%Y-%m-%d}"


class PaceBucket(models.Model):
    """Tokens left for one receiving domain or sender; shared by all sending processes. `key`: "domain:qq.com"."""

    key = models.CharField(max_length=260, primary_key=True)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Evidence(models.Model):
    """One fact about a message and a person, append-only. `delivery` says which channel it came by, if any.

    `happened_at` is what the evidence says, `recorded_at` when we got it. `source_event` makes a fact that is told
    twice count once.
    """

    message = models.ForeignKey(Message, on_delete=models.RESTRICT, related_name="evidence", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.RESTRICT, null=True, related_name="evidence")
    kind = models.CharField(max_length=14, choices=EvidenceKind)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now)
    source_event = models.CharField(max_length=120, unique=True)
    detail = models.JSONField(default=dict)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    raw = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="evidence")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["message", "person"], name="delivery_evidence_person"),
            # Rows come in order of time, so a few kilobytes are enough to find "the last day".
            BrinIndex(fields=["recorded_at"], autosummarize=True, name="delivery_evidence_time"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.delivery_id or self.person_id}"

    @property
    def colour(self) -> str:
        return COLOURS.get(self.kind, "green")

    @property
    def reason(self) -> str:
        """Why, in the reader's language where the words are ours."""
        words = str(self.detail.get("reason", ""))
        return REASONS.get(words, words)

    @property
    def content_digest(self) -> str:
        """SHA-256 of the words that the fact is about; "" where none are known."""
        known = str(self.detail.get("content") or "")
        return known or (self.delivery.content_digest if self.delivery else "")

    @property
    def cause_label(self) -> str:
        cause = self.detail.get("cause")
        return Cause(cause).label if cause in Cause.values else ""


class GroupRobot(models.Model):
    """A robot that posts to one chat group. Its token and signing secret are kept sealed and never shown again.

    What it posts stands in a group: that says nothing about any person.
    """

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=RobotKind)
    sealed_token = models.TextField()
    sealed_secret = models.TextField(blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = RobotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="delivery_robot_name"),
            models.CheckConstraint(condition=~Q(sealed_token=""), name="delivery_robot_has_token"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """What stands in the address of its deliveries, for ever."""
        return f"robot:{self.pk}"
