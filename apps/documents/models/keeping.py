"""What is kept beside a document: its file, notices made of it, the nightly check, the daily word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.core.models import IssuedNumber
from apps.documents.enums import Retention
from apps.documents.faults import words_of
from apps.documents.models.document import Document
from apps.journal.models import Blob
from apps.notices.models import Notice

if TYPE_CHECKING:
    from apps.people.models import Person

TRIES = 5
PERSON = settings.AUTH_USER_MODEL


# A package stays as it was made, but for one way: its document was redacted first, and then it is made anew.
ONLY_REPACKED = """
IF NEW.package_id IS NULL AND (to_jsonb(NEW) - 'package_id') = (to_jsonb(OLD) - 'package_id')
   AND EXISTS (SELECT 1 FROM journal_redaction AS redaction
                 JOIN django_content_type AS kind ON kind.id = redaction.subject_type_id
                WHERE kind.app_label = 'documents' AND kind.model = 'document'
                  AND redaction.subject_id = OLD.document_id)
THEN RETURN NEW;
END IF;
RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
"""


class FilingQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> FilingQuerySet:
        return self.filter(document__in=Document.objects.visible_to(user))

    def without_package(self) -> FilingQuerySet:
        return self.filter(package__isnull=True)

    def to_pack(self, at: datetime) -> FilingQuerySet:
        """Those that never failed first; what failed so often is tried once a day."""
        given_up = Q(tries__gte=TRIES, tried_at__gt=at - timedelta(days=1))
        return self.without_package().exclude(given_up).order_by("tries", "filed_at", "pk")


class Filing(models.Model):
    """The file of a document (歸檔): its number, how long it is kept, and the package with everything in it.

    `dated_on` is the day that the document bears, else that of its registration; never that of a draft. `tries`: how
    often its package could not be made.
    """

    document = models.OneToOneField(Document, on_delete=models.RESTRICT, primary_key=True, related_name="filing")
    issued = models.OneToOneField(IssuedNumber, on_delete=models.RESTRICT, related_name="+")
    retention = models.CharField(max_length=10, choices=Retention)
    dated_on = models.DateField()
    filed_at = models.DateTimeField(default=now)
    filed_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0, help_text="how often making the package failed")
    tried_at = models.DateTimeField(null=True)
    package = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="document_filings")

    objects = FilingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["filed_at"], name="documents_to_pack", condition=Q(package__isnull=True)),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__package__isnull=False)
                | pgtrigger.Q(old__issued__df=pgtrigger.F("new__issued")),
                func=ONLY_REPACKED,
            ),
        ]

    def __str__(self) -> str:
        return f"file of {self.pk}"

    @property
    def bears_files(self) -> Document:
        return self.document

    @property
    def is_stuck(self) -> bool:
        """Making its package failed as often as it is tried at once."""
        return self.package_id is None and self.tries >= TRIES


class IssuedNotice(models.Model):
    """A notice that was begun from a document for reading."""

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="notices")
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, primary_key=True, related_name="of_document")
    made_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.document_id} as notice {self.pk}"


class LedgerCheck(models.Model):
    """One night's look at the ledger of numbers; `faults` as codes (apps.documents.faults)."""

    at = models.DateTimeField(default=now)
    faults = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="documents_check_newest")]

    def __str__(self) -> str:
        return f"check of {self.at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> list[str]:
        """What was found, in the language of who reads it."""
        return [words_of(fault) for fault in self.faults]
