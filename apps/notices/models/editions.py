"""The words of a notice as they went out, edition by edition."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.core.clock import now
from apps.delivery.models import Message
from apps.notices.enums import EditionKind
from apps.notices.models.notice import Notice


class Edition(models.Model):
    """What a notice said from `published_at` on. `digest`: SHA-256 of its words (Notice.digest); `note`: what changed,
    in words for the readers. Number 1 is what was published first.
    """

    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=EditionKind, default=EditionKind.FIRST)
    title = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, related_name="+")
    published_at = models.DateTimeField(default=now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "number"], name="notices_edition_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.notice_id} edition {self.number}"
