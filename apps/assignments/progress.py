"""How far assignments are: their units as rows, for our pages and for the page of the thing they are about.

A page of an app above: `{% include "assignments/_tree.html" with rows=shown.rows %}` for each that `rows_about` gives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Subquery

from apps.assignments.acts import quick_acts
from apps.assignments.enums import COLOURS, DELIVERED, PartState, VerdictKind
from apps.assignments.hands import Hand, Hands
from apps.assignments.lateness import late_days
from apps.assignments.models import Assignment, Part, Report, Verdict
from apps.assignments.tree import Tree, trees_of, worst_of
from apps.core.calendar import office_time
from apps.core.work_item import Action
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.display import answer_lines


@dataclass(frozen=True)
class Row:
    """One unit. `hands`: who has it now; `worst`: the worst state among the units below, "" where there are none."""

    part: Part
    hands: tuple[Hand, ...]
    is_late: bool
    late_days: int | None
    worst: str
    report: Report | None
    acts: tuple[Action, ...]

    @property
    def indent(self) -> int:
        return self.part.depth - 1 + (not self.part.is_lead and self.part.parent_id is None)

    @property
    def worst_label(self) -> str:
        return str(PartState(self.worst).label) if self.worst else ""

    @property
    def worst_colour(self) -> str:
        return COLOURS[PartState(self.worst)] if self.worst else ""


@dataclass(frozen=True)
class Shown:
    """One assignment as a reader sees it: only the rows that this person may see, and figures of these."""

    tree: Tree
    rows: list[Row]

    @property
    def assignment(self) -> Assignment:
        return self.tree.assignment

    @property
    def lead(self) -> Part:
        return self.tree.lead

    @property
    def result(self) -> Report | None:
        """The report of the lead, once it has left the unit, for who may see it."""
        row = next((row for row in self.rows if row.part.is_lead), None)
        return row.report if row and row.part.state in DELIVERED else None

    @property
    def worst(self) -> str:
        return worst_of(row.part.state for row in self.rows)

    @property
    def worst_label(self) -> str:
        return str(PartState(self.worst).label) if self.worst else ""

    @property
    def worst_colour(self) -> str:
        return COLOURS[PartState(self.worst)] if self.worst else ""

    @property
    def done(self) -> int:
        return sum(not row.part.is_open for row in self.rows)

    @property
    def whole(self) -> int:
        return len(self.rows)


def rows_about(thing: models.Model, user: Person, *, at: datetime) -> list[Shown]:
    """The assignments about `thing` that this person may see, in the order in which they were given, in a fixed number
    of queries; each `result` has its `files`.
    """
    rows = Assignment.objects.about(thing).visible_to(user).select_related("given_by", "given_for")
    found = show(rows, user, at=at)
    add_files([each.result for each in found if each.result])
    return found


def add_files(reports: Sequence[Report]) -> None:
    """To each its `files` and the `lines` of its form (one query for all; two for each form with people or files)."""
    rows = Attachment.objects.filter(subject_id__in=[row.pk for row in reports]).select_related("blob").order_by("pk")
    files: dict[int, list[Attachment]] = {}
    for file in rows.filter(subject_type__app_label="assignments", subject_type__model="report"):
        files.setdefault(file.subject_id, []).append(file)
    for row in reports:
        row.files = files.get(row.pk, [])
        row.lines = answer_lines(row.answer_set) if row.answer_set_id else []


def show(assignments: Iterable[Assignment], user: Person, *, at: datetime) -> list[Shown]:
    """`assignments` with `given_by` and `given_for` at hand."""
    trees = trees_of(assignments)
    parts = [part for tree in trees for part in tree.parts.values()]
    visible = set(Part.objects.visible_to(user).filter(pk__in=[part.pk for part in parts]).values_list("pk", flat=True))
    hands, reports, working = Hands(parts, at), last_reports(parts), office_time()
    found = []
    for tree in trees:
        rows = []
        for part in tree.in_order():
            if part.pk not in visible:
                continue
            last, headless = reports.get(part.pk), hands.is_headless(part)
            rows.append(
                Row(
                    part=part,
                    hands=tuple(hands.of(part)),
                    is_late=part.is_late(at),
                    late_days=late_days(part, working, at),
                    worst=worst_of(each.state for each in tree.passed_down(part) if each.pk in visible),
                    report=last,
                    acts=quick_acts(user, part, tree, last, headless=headless),
                )
            )
        found.append(Shown(tree, rows))
    return found


def last_reports(parts: Sequence[Part]) -> dict[int, Report]:
    """The newest of each part, with its author and `confirmed_by` (one query)."""
    confirmed = Verdict.objects.filter(report=OuterRef("pk"), kind=VerdictKind.CONFIRMED).values("by")[:1]
    rows = Report.objects.filter(part__in=[part.pk for part in parts]).annotate(confirmed_by=Subquery(confirmed))
    rows = rows.select_related("author", "on_behalf_of", "answer_set__form_version")
    return {row.part_id: row for row in rows.order_by("part", "-round").distinct("part")}
