"""Assignments, one part a unit, the reports, the ledger of each part's day."""

from apps.assignments.models.assignment import Assignment
from apps.assignments.models.day import DueEntry, Extension
from apps.assignments.models.part import Part
from apps.assignments.models.report import Call, Report, Verdict

__all__ = ["Assignment", "Call", "DueEntry", "Extension", "Part", "Report", "Verdict"]
