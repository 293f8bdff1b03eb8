"""Every act locks the assignment first: its parts depend on each other, and two acts at once wait for one another."""

from apps.assignments.models import Assignment, Part
from apps.assignments.tree import Tree, tree_of


def lock(assignment: Assignment) -> Tree:
    """The assignment, locked, with all its parts as they stand now."""
    Assignment.objects.select_for_update(no_key=True).only("pk").get(pk=assignment.pk)
    row = Assignment.objects.select_related("given_by", "given_for").get(pk=assignment.pk)
    return tree_of(row)


def lock_part(part: Part) -> tuple[Tree, Part]:
    tree = lock(Assignment(pk=part.assignment_id))
    return tree, tree.parts[part.pk]


def save(part: Part) -> None:
    """The caller holds the lock."""
    part.version += 1
    part.save()
