"""Canned replies (常用回覆): words that handlers write again and again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.people.models import Unit
from apps.servicedesk.managers import CannedReplyQuerySet
from apps.servicedesk.models.catalogue import Service


class CannedReply(models.Model):
    """A text with words in braces (canned_words.py), by language. For the office, or one unit or service of it."""

    name = models.CharField(_("name of the reply"), max_length=60)
    body = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    is_active = models.BooleanField(default=True)
    uses = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=now)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "unit", "service"],
                name="servicedesk_canned_name_once",
                condition=models.Q(is_active=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name
