"""Reports of a notice that were made for the file."""

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
    `workbook`: the same people with all columns, of the same moment; `listed`: how many of them the paper names.
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
    listed = models.PositiveIntegerField(null=True)
    workbook = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="notice_workbooks")
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
