"""The clock of a part stands still while an answer from outside is waited for (暫停), and runs on by hand.

What was left of the working time when it stopped is left when it runs again: that moves the day.
"""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import DueKind
from apps.assignments.hands import Hands
from apps.assignments.models import Part
from apps.assignments.rules import Authority, as_setter, as_writer
from apps.assignments.services.days import move_day, write_day
from apps.assignments.services.errors import UnableToPause
from apps.assignments.services.locking import lock_part, save
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person


@transaction.atomic
def pause(*, part: Part, actor: Person, cause: models.Model, words: str, at: datetime | None = None) -> Part:
    """Stop the clock before the day is over. `cause`: the outgoing paper whose answer is waited for. What stands
    still already stays as it is; the level above hears of it. Raises UnableToPause.
    """
    at, (tree, row) = at or now(), lock_part(part)
    authority = _authority(tree, row, actor)
    if row.is_paused:
        return row
    if not row.is_reportable:
        raise UnableToPause(_("Only the clock of a part that is signed for and not reported can be stopped."))
    if row.due_at <= at:
        raise UnableToPause(_("The day is over. The clock can only be stopped before."))
    if not words.strip():
        raise UnableToPause(_("Say what is waited for."))
    if cause is None or cause.pk is None:
        raise UnableToPause(_("Name the paper whose answer is waited for."))
    if cause == row.assignment.subject:
        raise UnableToPause(_("This is the paper that the unit works on. Name the one that went out."))
    behalf = authority.on_behalf_of
    write_day(row, DueKind.PAUSED, actor=actor, behalf=behalf, at=at, old_due=row.due_at, words=words, cause=cause)
    row.paused_at = at
    save(row)
    record(actor=actor, verb="paused", obj=row, on_behalf_of=behalf, note=words.strip(), at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": words.strip(), "at": at}
    tell_hands(Hands([row], at).above(row), "paused", assignment=row.assignment, **told)
    return row


@transaction.atomic
def resume(*, part: Part, actor: Person, at: datetime | None = None) -> Part:
    """The answer is there: the clock runs again. What runs already stays as it is. Raises UnableToPause."""
    at, (tree, row) = at or now(), lock_part(part)
    authority = _authority(tree, row, actor)
    if not row.is_paused:
        return row
    run_again(row, actor=actor, behalf=authority.on_behalf_of, at=at)
    save(row)
    told = {"part": row, "actor": actor, "behalf": authority.on_behalf_of, "at": at}
    hands = Hands([row], at)
    tell_hands([*hands.unit_side(row), *hands.above(row)], "resumed", assignment=row.assignment, **told)
    return row


def run_again(row: Part, *, actor: Person, behalf: Person | None, at: datetime) -> None:
    """In the caller's transaction, which holds the lock and saves the part; nothing where the clock runs."""
    if row.paused_at is None:
        return
    stood, new = _after_pause(row, at)
    move_day(row, new, DueKind.RESUMED, actor=actor, behalf=behalf, at=at, minutes=stood)
    row.paused_at = None
    changes = {"minutes": stood, "due_at": new.isoformat()}
    record(actor=actor, verb="resumed", obj=row, on_behalf_of=behalf, changes=changes, at=at)


def _after_pause(row: Part, at: datetime) -> tuple[int, datetime]:
    """How many working minutes it stood still, and the new day. Raises UnableToPause."""
    working = office_time()
    try:
        left = working.minutes_between(row.paused_at, row.due_at)
        return working.minutes_between(row.paused_at, at), max(row.due_at, working.add_minutes(at, left))
    except CalendarYearMissing as error:
        raise UnableToPause(str(error)) from error


def _authority(tree: Tree, row: Part, actor: Person) -> Authority:
    """Who has it to do, and who set the day."""
    authority = as_writer(actor, row) or as_setter(actor, row, tree)
    if authority is None:
        raise UnableToPause(_("You may not stop the clock of this unit."))
    return authority
