"""What hangs on a request: clock entries, messages, returns, certificates, seal use."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.journal.models import Blob
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.managers import CertificateQuerySet, MessageQuerySet
from apps.servicedesk.models.requests import Request


class ClockEntry(models.Model):
    """One event of a request's clock, append-only. The due time is computed from these."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="clock")
    kind = models.CharField(max_length=10, choices=ClockKind)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    new_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ClockKind.SET_DUE, new_due_at__isnull=False) & ~Q(reason="")
                | ~Q(kind=ClockKind.SET_DUE) & Q(new_due_at__isnull=True),
                name="servicedesk_new_due_has_reason",
            )
        ]
        indexes = [models.Index(fields=["request", "at"], name="servicedesk_clock_request")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


class RequestMessage(models.Model):
    """A word between requester and office, or an internal note that only the office sees."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    body = models.TextField(_("message"))
    internal = models.BooleanField(_("internal note"), default=False)
    at = models.DateTimeField(default=now)
    copied_from = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="copies")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="servicedesk_message_request")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"


class Return(models.Model):
    """A request sent back for the correction of named fields. One may be open at a time."""

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="returns")
    fields = models.JSONField()
    note = models.TextField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)
    corrected_at = models.DateTimeField(null=True)
    answers_before = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(corrected_at__isnull=True), name="servicedesk_one_open_return"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} return {self.pk}"


class Certificate(models.Model):
    """A paper that anyone can check by its link. `printed` is what it shows.

    The paper is made after its number was committed: until then `blob` is empty. The link's token is drawn with the
    paper; only its SHA-256 is kept.
    """

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40, default="enrolment")
    language = models.CharField(max_length=8, default="zh-hant")
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 (unique: two papers may lack one)
    printed = models.JSONField()
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="certificates")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=200, blank=True)
    replaced_by = models.OneToOneField("self", on_delete=models.RESTRICT, null=True, related_name="replaces")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""), name="servicedesk_revoked_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(blob__isnull=True, token_hash__isnull=True)
                | Q(blob__isnull=False, token_hash__isnull=False),
                name="servicedesk_paper_has_token",
            ),
        ]
        indexes = [models.Index(fields=["issued_at"], name="servicedesk_paper_missing", condition=Q(blob__isnull=True))]

    def __str__(self) -> str:
        return self.number

    def state_at(self, at: datetime) -> CertificateState:
        """Valid, replaced, revoked or expired at a moment; computed, never stored."""
        if self.revoked_at and self.revoked_at <= at:
            return CertificateState.REVOKED
        if self.replaced_by_id:
            return CertificateState.REPLACED
        if self.expires_at and self.expires_at <= at:
            return CertificateState.EXPIRED
        return CertificateState.VALID


class SealUse(models.Model):
    """Impressions of the seal for one request: allowed, made, spoiled; the difference must be explained."""

    request = models.OneToOneField(Request, on_delete=models.RESTRICT, related_name="seal_use")
    seal = models.CharField(_("seal"), max_length=40, blank=True)
    paper_sha256 = models.CharField(max_length=64)
    allowed = models.PositiveSmallIntegerField(_("impressions allowed"))
    made = models.PositiveSmallIntegerField(_("impressions made"))
    spoiled = models.PositiveSmallIntegerField(_("spoiled"), default=0)
    explanation = models.CharField(_("explanation"), max_length=200, blank=True)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(made__lte=F("allowed")), name="servicedesk_seal_not_over"),
            models.CheckConstraint(
                condition=(Q(made=F("allowed")) & Q(spoiled=0)) | ~Q(explanation=""), name="servicedesk_seal_explained"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.made}/{self.allowed}"
