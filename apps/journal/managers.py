"""Which entries and which files."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models

from apps.journal.enums import ExportState, Origin, ScanState

if TYPE_CHECKING:
    from apps.people.models import Person


class EntryQuerySet(models.QuerySet):
    def about(self, obj: models.Model) -> EntryQuerySet:
        """The history of one thing, oldest first, with names (one query)."""
        return (
            self.filter(subject_type=ContentType.objects.get_for_model(obj), subject_id=obj.pk)
            .select_related("actor", "on_behalf_of")
            .order_by("at", "pk")
        )

    def public(self) -> EntryQuerySet:
        return self.filter(internal=False)


class AttachmentQuerySet(models.QuerySet):
    def of(self, obj: models.Model) -> AttachmentQuerySet:
        """The files of one thing (one query)."""
        kind = ContentType.objects.get_for_model(obj)
        return self.filter(subject_type=kind, subject_id=obj.pk).select_related("blob").order_by("pk")

    def waiting(self, person: Person) -> AttachmentQuerySet:
        """Files this person uploaded that belong to nothing yet."""
        return self.filter(uploaded_by=person, subject_type__isnull=True).select_related("blob")


class BlobQuerySet(models.QuerySet):
    def to_scan(self, at: datetime) -> BlobQuerySet:
        """Bytes about which the scanner is to be asked now."""
        return self.filter(scan_at__lte=at)

    def waiting(self) -> BlobQuerySet:
        return self.filter(scan_state=ScanState.WAITING)

    def to_remove(self) -> BlobQuerySet:
        """Blocked bytes that still lie there. Evidence stays, whatever is in it."""
        return self.filter(scan_state=ScanState.BLOCKED, removed_at__isnull=True, origin=Origin.PEOPLE)


class ListExportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ListExportQuerySet:
        """Who asked, and nobody else: it holds what that person could see."""
        return self.filter(person=user)

    def unfinished(self) -> ListExportQuerySet:
        return self.filter(state__in=(ExportState.WAITING, ExportState.MAKING))
