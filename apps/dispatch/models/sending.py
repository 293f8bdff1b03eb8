"""The register of dispatch (發文登記): how and when a paper went to those outside, by words. Append-only."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.dispatch.enums import SentHow
from apps.documents.models import Document


class Sent(models.Model):
    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="sent_lines")
    receiver = models.CharField(_("receiver"), max_length=200)
    how = models.CharField(_("how"), max_length=10, choices=SentHow)
    sent_on = models.DateField(_("sent on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["document", "at"], name="dispatch_sent_lines")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document_id} {self.receiver} {self.how}"
