"""What a document said when somebody decided about it: editions in a chain of hashes, and opinions frozen with them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Step
from apps.core.clock import now
from apps.documents.enums import OpinionKind
from apps.documents.models.document import Document
from apps.journal.models import Blob

PERSON = settings.AUTH_USER_MODEL
# A line stays as it was written, but for one way: its document was redacted first (services.secrecy), and then what it
# says goes; number, digests, names and moments stay.
ONLY_REDACTED = """
IF TG_OP = 'UPDATE' AND {emptied}
   AND (to_jsonb(NEW) - '{{{fields}}}'::text[]) = (to_jsonb(OLD) - '{{{fields}}}'::text[])
   AND EXISTS (SELECT 1 FROM journal_redaction AS redaction
                 JOIN django_content_type AS kind ON kind.id = redaction.subject_type_id
                WHERE kind.app_label = 'documents' AND kind.model = 'document'
                  AND redaction.subject_id = OLD.document_id)
THEN RETURN NEW;
END IF;
RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""


def append_only(*, emptied: str, fields: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="append_only",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=ONLY_REDACTED.format(emptied=emptied, fields=fields),
    )


class Edition(models.Model):
    """The words of a document at a moment, and the digests of its files. Append-only; of a paper that turned out to be
    classified the words are taken out (`redacted_at`), the digests stay.

    `digest`: SHA-256 over number, words, files and `previous` (the digest before it, "" for the first), so that no
    edition can be changed or taken out unseen (services.editions.check_chain).
    """

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    words = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    reason = models.CharField(max_length=200, blank=True)
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="documents_edition_once"),
            models.UniqueConstraint(fields=["document", "previous"], name="documents_editions_are_a_chain"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="documents_edition_has_digest"),
        ]
        triggers = [
            append_only(
                emptied="NEW.redacted_at IS NOT NULL AND NEW.files = '[]'::jsonb AND NEW.reason = ''",
                fields="words,files,reason,redacted_at",
            ),
            pgtrigger.Trigger(
                name="classified_has_no_files",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.files <> '[]'::jsonb AND EXISTS (
                        SELECT 1 FROM documents_incoming WHERE document_id = NEW.document_id AND is_classified) THEN
                        RAISE EXCEPTION 'a classified document has no files here';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} edition {self.number}"


class Opinion(models.Model):
    """What somebody said or decided about one edition, with their name, or both names. Append-only.

    `picture`: the page as it stood before them (a point of signing keeps its text and its picture).
    """

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="opinions")
    edition = models.ForeignKey(Edition, on_delete=models.RESTRICT, related_name="opinions")
    kind = models.CharField(max_length=12, choices=OpinionKind)
    step = models.OneToOneField(Step, on_delete=models.RESTRICT, null=True, related_name="document_opinion")
    decision = models.CharField(max_length=10, blank=True)
    words = models.TextField(_("words"), blank=True)
    author = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField(default=now)
    picture = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="document_opinions")

    class Meta:
        indexes = [models.Index(fields=["document", "at", "id"], name="documents_opinions")]
        triggers = [append_only(emptied="NEW.words = '' AND NEW.picture_id IS NULL", fields="words,picture_id")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.kind} {self.author_id}"
