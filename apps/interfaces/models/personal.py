"""Copies of what the portal holds about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.journal.enums import COLOURS, ExportState
from apps.journal.models import Blob

if TYPE_CHECKING:
    from apps.people.models import Person


class PersonalExportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> PersonalExportQuerySet:
        """Who asked for it, for the own one or, with a reason, for somebody else. Nobody else, whatever the role."""
        return self.filter(asked_by=user)

    def unfinished(self) -> PersonalExportQuerySet:
        return self.filter(state__in=(ExportState.WAITING, ExportState.MAKING))


class PersonalExport(models.Model):
    """One copy. The row stays, as the record of who asked and why; the bytes are gone after seven days."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    asked_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="personal_exports")
    expires_at = models.DateTimeField()
    failure = models.CharField(max_length=100, blank=True)

    objects = PersonalExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=F("asked_by")) | ~Q(reason=""), name="interfaces_copy_for_another_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY) | Q(blob__isnull=False), name="interfaces_copy_ready_has_bytes"
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="interfaces_copy_of_asker")]

    def __str__(self) -> str:
        return f"copy {self.pk} {self.state}"

    @property
    def colour(self) -> str:
        return COLOURS[ExportState(self.state)]

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.READY
