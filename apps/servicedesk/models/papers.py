"""Certificates: templates with their published versions, which service gives which, the certificates, and batches."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.text import localized
from apps.journal.models import Blob
from apps.servicedesk.enums import BATCH_COLOURS, BatchState, CertificateState, PaperRowState
from apps.servicedesk.managers import BatchQuerySet, CertificateQuerySet
from apps.servicedesk.models.catalogue import Service
from apps.servicedesk.models.requests import Request


class PaperTemplate(models.Model):
    """A kind of certificate. `draft` is what is being worked on; papers are issued from published versions alone."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.JSONField(pgettext_lazy("thing", "name"), default=dict)
    draft = models.JSONField(default=dict)
    is_active = models.BooleanField(_("offered"), default=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return localized(self.name) or self.code

    def get_absolute_url(self) -> str:
        return reverse("servicedesk:edit_template", args=[self.pk])


class PaperVersion(models.Model):
    """An edition of a template, never changed: every certificate keeps the one that it was printed from."""

    template = models.ForeignKey(PaperTemplate, on_delete=models.RESTRICT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    published_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="servicedesk_paper_version_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.template_id} {self.number}"


class ServicePaper(models.Model):
    """A template that a service gives; the first is given unless the handler chooses another."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="papers")
    template = models.ForeignKey(PaperTemplate, on_delete=models.RESTRICT, related_name="services")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "template"], name="servicedesk_service_paper_once")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.template_id}"


class PaperBatch(models.Model):
    """Certificates for many people at once: looked at first (a row a person), then issued in the order of the rows.

    `source`: whom the clerk named, in words. `started_at`: when a worker took it up. `combined`: all sheets.
    """

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="batches")
    template_version = models.ForeignKey(PaperVersion, on_delete=models.RESTRICT, related_name="batches")
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.CHECKED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    combined = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="paper_batches")

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.CHECKED, BatchState.CANCELLED])
                | Q(issued_by__isnull=False, issued_at__isnull=False),
                name="servicedesk_batch_issued_by",
            )
        ]
        indexes = [
            models.Index(fields=["issued_at"], name="servicedesk_batch_open", condition=Q(state=BatchState.ISSUING))
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("servicedesk:batch", args=[self.pk])

    @property
    def colour(self) -> str:
        return BATCH_COLOURS[BatchState(self.state)]


class Certificate(models.Model):
    """A paper that anyone can check by its link. `printed` is what it shows, by field; `extra` the labels of answers,
    the table, and the second language of a card.

    It answers a request or is part of a batch. The paper is made after its number was committed: until then `blob` is
    empty. The link's token is drawn with the paper; only its SHA-256 is kept.
    """

    request = models.ForeignKey(Request, on_delete=models.RESTRICT, null=True, related_name="certificates")
    batch = models.ForeignKey(PaperBatch, on_delete=models.RESTRICT, null=True, related_name="certificates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="certificates")
    template_version = models.ForeignKey(PaperVersion, on_delete=models.RESTRICT, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    language = models.CharField(max_length=8, default="zh-hant")
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 (unique: two papers may lack one)
    printed = models.JSONField()
    extra = models.JSONField(default=dict)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="certificates")
    xml_sha256 = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=200, blank=True)
    replaced_by = models.OneToOneField("self", on_delete=models.RESTRICT, null=True, related_name="replaces")
    renewal = models.OneToOneField(Request, on_delete=models.RESTRICT, null=True, related_name="renewal_of")
    reprints = models.PositiveSmallIntegerField(default=0)

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
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(batch__isnull=False), name="servicedesk_paper_has_origin"
            ),
        ]
        indexes = [
            models.Index(fields=["issued_at"], name="servicedesk_paper_missing", condition=Q(blob__isnull=True)),
            models.Index(fields=["-issued_at", "-id"], name="servicedesk_paper_newest"),
            models.Index(fields=["person", "-issued_at", "-id"], name="servicedesk_paper_of_person"),
            models.Index(
                fields=["remind_at"],
                name="servicedesk_paper_remind",
                condition=Q(remind_at__isnull=False, reminded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("servicedesk:paper", args=[self.pk])

    def state_at(self, at: datetime) -> CertificateState:
        """Valid, replaced, revoked or expired at a moment; computed, never stored."""
        if self.revoked_at and self.revoked_at <= at:
            return CertificateState.REVOKED
        if self.replaced_by_id:
            return CertificateState.REPLACED
        if self.expires_at and self.expires_at <= at:
            return CertificateState.EXPIRED
        return CertificateState.VALID


class PaperBatchRow(models.Model):
    """One person of a batch: what would be printed or why the person is left out, and afterwards the certificate."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    given = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=PaperRowState)
    reason = models.CharField(max_length=300, blank=True)
    printed = models.JSONField(default=dict)
    certificate = models.OneToOneField(Certificate, on_delete=models.RESTRICT, null=True, related_name="batch_row")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="servicedesk_batch_place_once"),
            models.UniqueConstraint(
                fields=["batch", "person"], condition=Q(person__isnull=False), name="servicedesk_batch_person_once"
            ),
            models.CheckConstraint(
                condition=Q(state=PaperRowState.ISSUED, certificate__isnull=False)
                | ~Q(state=PaperRowState.ISSUED) & Q(certificate__isnull=True),
                name="servicedesk_issued_has_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}.{self.place} {self.state}"
