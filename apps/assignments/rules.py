"""Who may do what with an assignment and its parts. What somebody may see stands in managers.py (`visible_to`)."""

from dataclasses import dataclass

from apps.assignments.enums import HEAD_ROLES, ConfirmedAs
from apps.assignments.models import Assignment, Part
from apps.assignments.standing import standing_of
from apps.assignments.tree import Tree
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES, Role
from apps.people.models import Person
from apps.people.unit_people import holders_of

CALLING_ROLES = HANDLER_ROLES


@dataclass(frozen=True)
class Authority:
    """Somebody may act; `on_behalf_of`: the person stood in for, None for oneself."""

    on_behalf_of: Person | None = None


def as_clerk(user: Person, part: Part) -> Authority | None:
    """The unit's clerk, that one's deputy, or who was asked to stand in and still looks after a unit above."""
    clerk_of = standing_of(user).clerk_of
    if part.unit.path in clerk_of:
        return Authority(clerk_of[part.unit.path])
    if part.stand_in_id == user.pk and part.unit.path.startswith(tuple(clerk_of)):
        return Authority()
    return None


def as_doer(user: Person, part: Part) -> Authority | None:
    """The person who is named, or that one's deputy."""
    people = standing_of(user).people
    return Authority(people[part.person_id]) if part.person_id in people else None


def as_writer(user: Person, part: Part) -> Authority | None:
    """Who reports, and asks for more time: who is named, and the clerk."""
    return as_doer(user, part) or as_clerk(user, part)


def as_head(user: Person, part: Part) -> Authority | None:
    head_of = standing_of(user).head_of
    return Authority(head_of[part.unit.path]) if part.unit.path in head_of else None


def as_confirmer(user: Person, part: Part) -> tuple[Authority, ConfirmedAs] | None:
    """The unit's head; of a unit without one its clerk (one query where it is not the head who asks)."""
    head = as_head(user, part)
    if head:
        return head, ConfirmedAs.HEAD
    clerk = as_clerk(user, part)
    if clerk and not holders_of([part.unit_id], *HEAD_ROLES):
        return clerk, ConfirmedAs.CLERK
    return None


def as_giver(user: Person, assignment: Assignment) -> Authority | None:
    """Who gave it, whose instruction it is, the office's handlers; or a deputy of the first two."""
    if user.pk in (assignment.given_by_id, assignment.given_for_id) or user.has_role(*HANDLER_ROLES):
        return Authority()
    people = standing_of(user).people
    for key in (assignment.given_for_id, assignment.given_by_id):
        if key in people:
            return Authority(people[key])
    return None


def of_unit(user: Person, part: Part) -> Authority | None:
    """Speaks for the unit to those below it: its head, its clerk, the person who is named."""
    return as_head(user, part) or as_clerk(user, part) or as_doer(user, part)


def as_above(user: Person, part: Part, tree: Tree) -> Authority | None:
    """To whom the part answers: the unit that passed it down, the lead unit, who gave the assignment."""
    above = tree.above(part)
    return of_unit(user, above) if above else as_giver(user, tree.assignment)


def as_setter(user: Person, part: Part, tree: Tree) -> Authority | None:
    """Who set the day: the unit that passed the part down, else who gave the assignment."""
    return of_unit(user, tree.parts[part.parent_id]) if part.parent_id else as_giver(user, tree.assignment)


def as_excuser(user: Person, part: Part, tree: Tree) -> Authority | None:
    """Who asked for it, and who gave the assignment."""
    return as_setter(user, part, tree) or as_giver(user, tree.assignment)


def as_urger(user: Person, part: Part, tree: Tree) -> Authority | None:
    """Whoever waits for it: the level above, who gave the assignment, a leader."""
    waits = as_above(user, part, tree) or as_giver(user, tree.assignment)
    return waits or (Authority() if user.has_role(Role.LEADER) else None)


def may_call(user: Person) -> bool:
    """The phone list of units: the office's handlers."""
    return user.has_role(*CALLING_ROLES)


def may_read_supervision(user: Person) -> bool:
    """The office and the leaders."""
    return user.has_role(*OFFICE_ROLES)
