"""What happened (append-only), and the files that belong to things."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.journal.enums import COLOURS, OPEN_TO_READERS, REFUSED_FILES, SCAN_COLOURS, ExportState, Origin, ScanState
from apps.journal.managers import AttachmentQuerySet, BlobQuerySet, EntryQuerySet, ListExportQuerySet
from apps.journal.via import LONGEST, current_program

# A line stays as it was written, but for one way: a Redaction of its subject was written first, and then only words,
# changes and the people who acted go (placeholders stand in their place); when, what and about which thing stay.
ONLY_REDACTED = """
IF TG_OP = 'UPDATE' AND NEW.note = '' AND OLD.changes @> NEW.changes
   AND (NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id OR EXISTS (
        SELECT 1 FROM people_person AS nobody WHERE nobody.id = NEW.actor_id AND nobody.number LIKE 'removed-%'))
   AND (NEW.on_behalf_of_id IS NOT DISTINCT FROM OLD.on_behalf_of_id OR EXISTS (
        SELECT 1 FROM people_person AS nobody WHERE nobody.id = NEW.on_behalf_of_id AND nobody.number LIKE 'removed-%'))
   AND (to_jsonb(NEW) - '{note,changes,actor_id,on_behalf_of_id}'::text[])
       = (to_jsonb(OLD) - '{note,changes,actor_id,on_behalf_of_id}'::text[])
   AND EXISTS (SELECT 1 FROM journal_redaction AS redaction
                WHERE redaction.subject_type_id = OLD.subject_type_id AND redaction.subject_id = OLD.subject_id)
THEN RETURN NEW;
END IF;
RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""


class Entry(models.Model):
    """One thing that somebody did to something. `internal` entries are for the office's eyes. `via`: the program by
    which they did it, as it was called then.

    Append-only; services.redact is the one way to take personal words out of the lines about a thing.
    """

    at = models.DateTimeField(default=now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT)
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    internal = models.BooleanField(default=False)
    via = models.CharField(max_length=LONGEST, blank=True, default=current_program, db_default="")

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="journal_entry_subject")]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=ONLY_REDACTED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Redaction(models.Model):
    """Why the lines about a thing were emptied of personal words, append-only. `entries`: how many lines."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT)
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    entries = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="journal_redaction_subject")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"redaction {self.pk}"


class Blob(models.Model):
    """The bytes of a file, once, by their SHA-256. Stored under `sha256/ab/cdef…`.

    What the bytes are never changes; what the scanner said of them does (apps.journal.scanning). `scan_at` is when it
    is asked next: a file that waits always has one, and one that a worker took has its moment moved on.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=now)
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.KEPT)
    scan_state = models.CharField(max_length=9, choices=ScanState, default=ScanState.UNCHECKED)
    scan_at = models.DateTimeField(null=True)
    scan_tries = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    scanned_with = models.CharField(max_length=100, blank=True)
    found = models.CharField(max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True)

    objects = BlobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(scan_state=ScanState.WAITING)
                | models.Q(scan_at__isnull=False, waiting_since__isnull=False),
                name="journal_blob_waiting_is_asked_about",
            ),
            models.CheckConstraint(
                condition=~models.Q(scan_state__in=(ScanState.CLEAN, ScanState.BLOCKED))
                | models.Q(scanned_at__isnull=False),
                name="journal_blob_verdict_has_a_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(scan_state=ScanState.BLOCKED),
                name="journal_blob_bytes_go_when_blocked",
            ),
        ]
        indexes = [
            models.Index(fields=["scan_at"], name="journal_blob_to_scan", condition=models.Q(scan_at__isnull=False))
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("sha256", "size", "content_type", "created_at"),
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> str:
        return f"sha256/{self.sha256[:2]}/{self.sha256[2:]}"

    @property
    def is_open(self) -> bool:
        """May those have it who may see what it belongs to?"""
        return self.scan_state in OPEN_TO_READERS

    @property
    def is_refused(self) -> bool:
        """Nobody gets it, not even who brought it."""
        return self.scan_state in REFUSED_FILES

    @property
    def scan_colour(self) -> str:
        return SCAN_COLOURS.get(ScanState(self.scan_state), "secondary")


class Attachment(models.Model):
    """A file as somebody gave it to something. Without a subject it waits for its form to be saved."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT)
    name = models.CharField(_("file name"), max_length=150)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    uploaded_at = models.DateTimeField(default=now)
    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT, null=True)
    subject_id = models.BigIntegerField(null=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    role = models.CharField(max_length=40, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject_type__isnull=True, subject_id__isnull=True)
                | models.Q(subject_type__isnull=False, subject_id__isnull=False),
                name="journal_attachment_subject_whole",
            )
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="journal_attachment_subject")]

    def __str__(self) -> str:
        return self.name


class ListExport(models.Model):
    """A large list that a worker makes into a sheet, for the person who asked alone. It is gone after a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    listing = models.CharField(max_length=40)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    asked_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(null=True)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="list_exports")
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=100, blank=True)

    objects = ListExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ExportState.READY) | models.Q(blob__isnull=False),
                name="journal_export_ready_has_bytes",
            )
        ]
        indexes = [models.Index(fields=["person", "-asked_at"], name="journal_export_of_person")]

    def __str__(self) -> str:
        return f"{self.listing} {self.state}"

    @property
    def colour(self) -> str:
        return COLOURS[ExportState(self.state)]


class FormReceipt(models.Model):
    """A form that was taken once. The same form sent again gets the first answer (`result_url`), not a second thing."""

    token = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    result_url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.token)
