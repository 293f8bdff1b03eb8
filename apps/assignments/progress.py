"""How far assignments are: their units as rows, for our pages and for the page of the thing they are about.

A page of an app above: `{% include "assignments/_tree.html" with rows=shown.rows %}` for each that `rows_about` gives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Subquery

from apps.assignments.acts import quick_acts
from apps.assignments.enums import COLOURS, PartState, VerdictKind
from apps.assignments.hands import Hand, Hands
from apps.assignments.lateness import late_days
from apps.assignments.models import Assignment, Part, Report, Verdict
from apps.assignments.tree import Tree, trees_of, worst_of
from apps.core.calendar import office_time
from apps.core.work_item import Action
from apps.people.models import Person


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
    of queries.
    """
    rows = Assignment.objects.about(thing).visible_to(user).select_related("given_by", "given_for")
    return show(rows, user, at=at)


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
    newest = rows.order_by("part", "-round").distinct("part").select_related("author", "on_behalf_of")
    return {row.part_id: row for row in newest}


def worst_states(assignments: Iterable[Assignment]) -> dict[int, str]:
    """Where each stands: the state of its worst part (one query)."""
    return {tree.assignment.pk: tree.worst() for tree in trees_of(assignments)}
