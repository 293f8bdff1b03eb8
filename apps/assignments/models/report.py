"""What a unit reports (回報), what was said to it, and calls to units that do not sign. Append-only."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.assignments.enums import VERDICT_COLOURS, ConfirmedAs, VerdictKind
from apps.assignments.managers import ReportQuerySet
from apps.assignments.models.part import Part
from apps.core.clock import now
from apps.notices.enums import CallOutcome
from apps.questionnaires.models import AnswerSet


class Report(models.Model):
    """One round. Files hang on it; `answer_set`: the form that was asked for, frozen."""

    part = models.ForeignKey(Part, on_delete=models.RESTRICT, related_name="reports")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
    count = models.PositiveIntegerField(null=True)
    answer_set = models.OneToOneField(AnswerSet, on_delete=models.RESTRICT, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "round"], name="assignments_round_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.part_id} {self.round}"

    @property
    def bears_files(self) -> Part:
        """Whose page and history know of a file of this report (apps.journal.scanning)."""
        return self.part


class Verdict(models.Model):
    """What was said to a report, by whom, in whose name, and of the confirming by which right."""

    report = models.ForeignKey(Report, on_delete=models.RESTRICT, related_name="verdicts")
    kind = models.CharField(max_length=10, choices=VerdictKind)
    note = models.CharField(max_length=1000, blank=True)
    confirmed_as = models.CharField(max_length=6, choices=ConfirmedAs, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="assignments_said_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=[VerdictKind.SENT_BACK, VerdictKind.RETURNED]) | ~Q(note=""),
                name="assignments_returned_has_why",
            ),
            models.CheckConstraint(
                condition=Q(kind=VerdictKind.CONFIRMED) & ~Q(confirmed_as="")
                | ~Q(kind=VerdictKind.CONFIRMED) & Q(confirmed_as=""),
                name="assignments_confirmed_as",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"

    @property
    def colour(self) -> str:
        return VERDICT_COLOURS[VerdictKind(self.kind)]


class Call(models.Model):
    """A phone call about a part that nobody had signed for, and what came of it."""

    part = models.ForeignKey(Part, on_delete=models.RESTRICT, related_name="calls")
    outcome = models.CharField(max_length=12, choices=CallOutcome)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.part_id} {self.outcome}"
