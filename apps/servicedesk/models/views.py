"""Saved views of the handlers' list, and with which one each person begins."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.people.models import Unit
from apps.servicedesk.enums import ViewScope
from apps.servicedesk.managers import SavedViewQuerySet


class SavedView(models.Model):
    """A filter of the list with a name. What it shows is asked for each reader: "me" is whoever looks.

    `query` is checked JSON (view_filter.py) with its own version; `version` guards against two saving at once.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    name = models.CharField(_("name of the view"), max_length=40)
    query = models.JSONField(default=dict)
    scope = models.CharField(_("shared with"), max_length=10, choices=ViewScope, default=ViewScope.OWN)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="servicedesk_view_name_once"),
            models.CheckConstraint(
                condition=Q(scope=ViewScope.UNIT, unit__isnull=False) | ~Q(scope=ViewScope.UNIT) & Q(unit__isnull=True),
                name="servicedesk_view_of_unit_has_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StartView(models.Model):
    """With which view a person's list begins; none: with the own requests."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, primary_key=True)
    view = models.ForeignKey(SavedView, on_delete=models.RESTRICT, related_name="+")

    def __str__(self) -> str:
        return f"{self.person_id} begins with {self.view_id}"
