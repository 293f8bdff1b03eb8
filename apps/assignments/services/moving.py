"""Another day for a part, and for the open units below that were given the same one."""

from datetime import datetime

from apps.assignments.enums import DueKind
from apps.assignments.hands import Hands
from apps.assignments.models import Part
from apps.assignments.services.days import move_day
from apps.assignments.services.locking import save
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.journal.services import record
from apps.people.models import Person


def move_with_below(
    tree: Tree,
    row: Part,
    new: datetime,
    kind: DueKind,
    *,
    verb: str,
    actor: Person,
    behalf: Person | None,
    note: str,
    at: datetime,
) -> None:
    """The caller holds the lock, and tells the unit itself; the units below that follow are told here. Below follows
    who had the same day, or would have a later one than the unit that it answers to.
    """
    old = row.due_at
    below = [each for each in tree.passed_down(row) if each.is_units_turn and not each.is_paused]
    follow = [each for each in below if each.due_at == old or new < min(old, each.due_at)]
    for each in [row, *follow]:
        its = kind if each is row else DueKind.FOLLOWED
        changes = {"due_at": [each.due_at.isoformat(), new.isoformat()]}
        move_day(each, new, its, actor=actor, behalf=behalf, at=at, words=note)
        save(each)
        record(actor=actor, verb=verb, obj=each, on_behalf_of=behalf, changes=changes, note=note, at=at)
    hands = Hands(follow, at)
    for each in follow:
        told = {"part": each, "actor": actor, "behalf": behalf, "note": note, "at": at}
        tell_hands(hands.unit_side(each), "day_followed", assignment=row.assignment, **told)
