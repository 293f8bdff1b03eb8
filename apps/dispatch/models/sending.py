"""The register of dispatch (發文登記): how and when a paper went to those outside, by words. Append-only."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.dispatch.enums import SentHow
from apps.documents.models import Document

# A counter-entry takes back one line of the same paper, and is none that takes back another.
ONE_OF_ITS_OWN = """
IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM dispatch_sent AS earlier WHERE earlier.id = NEW.corrects_id AND earlier.corrects_id IS NULL
        AND earlier.document_id = NEW.document_id
) THEN
    RAISE EXCEPTION 'dispatch: a counter-entry takes back one line of the same paper';
END IF;
RETURN NEW;
"""


class Sent(models.Model):
    """`corrects`: the line that this one takes back, as a counter-entry whose note says why."""

    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="sent_lines")
    receiver = models.CharField(_("receiver"), max_length=200)
    how = models.CharField(_("how"), max_length=10, choices=SentHow)
    sent_on = models.DateField(_("sent on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    corrects = models.OneToOneField("self", on_delete=models.RESTRICT, null=True, related_name="corrected_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(note=""), name="dispatch_counter_entry_says_why"
            )
        ]
        indexes = [models.Index(fields=["document", "at"], name="dispatch_sent_lines")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="counter_entry", operation=pgtrigger.Insert, when=pgtrigger.Before, func=ONE_OF_ITS_OWN
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.receiver} {self.how}"
