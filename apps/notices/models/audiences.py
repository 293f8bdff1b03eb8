"""Saved, named rules of whom a notice is for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.notices.audience import Rule
from apps.notices.managers import SavedAudienceQuerySet
from apps.people.models import Unit


class SavedAudience(models.Model):
    """A rule with a name, to be used again. A notice takes a copy, so a later change alters nothing that went out.

    `unit`: whose it is, or empty for the whole office. `version` guards against two people saving at once.
    """

    name = models.CharField(_("name of the audience"), max_length=80)
    rule = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    objects = SavedAudienceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "unit"],
                name="notices_audience_name_once",
                condition=models.Q(is_active=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def as_rule(self) -> Rule:
        return Rule.from_json(self.rule)
