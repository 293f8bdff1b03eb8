"""What is kept of a notice beside its lines: reports made for the file, and how far the check of completeness is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.journal.models import Blob
from apps.notices.enums import FileReportState
from apps.notices.models.notice import Notice
from apps.people.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from apps.people.models import Person


class FileReportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> FileReportQuerySet:
        """The office sees all. Others only their own: it holds the people whom its maker could see."""
        return self if user.has_role(*OFFICE_ROLES) else self.filter(asked_by=user)

    def unfinished(self) -> FileReportQuerySet:
        return self.filter(state__in=(FileReportState.WAITING, FileReportState.MAKING))


class FileReport(models.Model):
    """A report of a notice as PDF/A, made once, with the rights and in the language of who asked. It never changes: a
    newer one is another row. `as_of`: the moment whose figures it shows; `started_at`: when a worker took it up.
    """

    notice = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="file_reports")
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=FileReportState, default=FileReportState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    as_of = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(null=True)
    blob = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="notice_reports")
    reason = models.CharField(max_length=200, blank=True)

    objects = FileReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "asked_by", "language"],
                name="notices_file_report_once_at_a_time",
                condition=Q(state__in=["waiting", "making"]),
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(blob__isnull=False, as_of__isnull=False),
                name="notices_file_report_ready_has_bytes",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="notices_file_report_open", condition=Q(state__in=["waiting", "making"]))
        ]

    def __str__(self) -> str:
        return f"report of {self.notice_id} {self.state}"

    @property
    def state_colour(self) -> str:
        return FileReportState(self.state).colour


class Completeness(models.Model):
    """How far the check for missing rows got (`last_id`: a notice), and what it ever found (one row)."""

    name = models.CharField(max_length=20, unique=True)
    last_id = models.BigIntegerField(default=0)
    last_run_at = models.DateTimeField(null=True)
    full_round_at = models.DateTimeField(null=True)
    last_found_at = models.DateTimeField(null=True)
    lines_missing = models.PositiveBigIntegerField(default=0)
    deliveries_planned = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last_id}"
