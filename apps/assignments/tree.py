"""The parts of one assignment as a tree: who stands above whom, what is open below, where the worst of them stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from apps.assignments.enums import WORST_FIRST, PartState
from apps.assignments.models import Assignment, Part

BESIDE = (
    "unit",
    "person",
    "stand_in",
    "signed_by",
    "signed_for",
    "added_by",
    "added_for",
    "excused_by",
    "excused_for",
    "parent__unit",
    "parent__person",
    "parent__stand_in",
)
GIVERS = ("assignment__given_by", "assignment__given_for")


@dataclass
class Tree:
    """All parts of `assignment`, with their neighbours."""

    assignment: Assignment
    parts: dict[int, Part] = field(default_factory=dict)

    @cached_property
    def lead(self) -> Part:
        return next(part for part in self.parts.values() if part.is_lead)

    def above(self, part: Part) -> Part | None:
        """Whose unit the part answers to; None for the lead, which answers to who gave the assignment."""
        if part.parent_id:
            return self.parts[part.parent_id]
        return None if part.is_lead else self.lead

    def right_below(self, part: Part) -> list[Part]:
        """Those that answer to this part."""
        found = [each for each in self.parts.values() if each.parent_id == part.pk]
        if part.is_lead:
            found += [each for each in self.parts.values() if each.parent_id is None and not each.is_lead]
        return found

    def passed_down(self, part: Part) -> Iterator[Part]:
        """Everything that this unit and those below passed down, level by level."""
        for each in (each for each in self.parts.values() if each.parent_id == part.pk):
            yield each
            yield from self.passed_down(each)

    def open_below(self, part: Part) -> list[Part]:
        return [each for each in self.right_below(part) if each.is_open]

    def open_parts(self) -> list[Part]:
        return [each for each in self.parts.values() if each.is_open]

    def worst(self) -> str:
        return worst_of(each.state for each in self.parts.values())

    def worst_below(self, part: Part) -> str:
        """The worst state among the units below, "" where there are none."""
        return worst_of(each.state for each in self.passed_down(part))

    def in_order(self) -> Iterator[Part]:
        """The lead first, then the helpers, each with what was passed down below it."""
        for part in sorted((each for each in self.parts.values() if each.parent_id is None), key=_place):
            yield part
            yield from self._below_in_order(part)

    def _below_in_order(self, part: Part) -> Iterator[Part]:
        for each in sorted((each for each in self.parts.values() if each.parent_id == part.pk), key=_place):
            yield each
            yield from self._below_in_order(each)


def worst_of(states: Iterable[str]) -> str:
    """The state in which the whole stands: that of the worst, "" of nothing."""
    return min((PartState(state) for state in states), key=WORST_FIRST.index, default="")


def _place(part: Part) -> tuple[bool, bool, str, int]:
    return (not part.is_lead, part.state == PartState.EXCUSED, part.unit.path, part.pk)


def trees_of(assignments: Iterable[Assignment]) -> list[Tree]:
    """In the same order (one query)."""
    trees = {row.pk: Tree(row) for row in assignments}
    rows = Part.objects.filter(assignment__in=trees).with_asks().select_related(*BESIDE).order_by("pk")
    for row in rows:
        tree = trees[row.assignment_id]
        row.assignment = tree.assignment
        tree.parts[row.pk] = row
    return list(trees.values())


def tree_of(assignment: Assignment) -> Tree:
    return trees_of([assignment])[0]
