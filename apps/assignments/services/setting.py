"""Who set the day of a part sets another one: when it is over, when more was asked, when it is needed sooner."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import DueKind
from apps.assignments.hands import Hands
from apps.assignments.models import Part
from apps.assignments.rules import as_setter
from apps.assignments.services.days import check_ahead
from apps.assignments.services.errors import UnableToSetDay
from apps.assignments.services.locking import lock_part
from apps.assignments.services.moving import move_with_below
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.core.clock import now
from apps.people.models import Person

MAX_REASON = 300


@transaction.atomic
def set_day(*, part: Part, actor: Person, due_at: datetime, reason: str, at: datetime | None = None) -> Part:
    """Due on another day that lies ahead, also after the old one is over; the ledger keeps both, and the unit is told.
    The day it has already changes nothing. Raises UnableToSetDay.
    """
    at, (tree, row) = at or now(), lock_part(part)
    authority = as_setter(actor, row, tree)
    if authority is None:
        raise UnableToSetDay(_("You may not set the day of this unit."))
    if row.due_at == due_at:
        return row
    _check(tree, row, due_at, reason, at)
    behalf, words = authority.on_behalf_of, reason.strip()[:MAX_REASON]
    given = {"actor": actor, "behalf": behalf, "note": words, "at": at}
    move_with_below(tree, row, due_at, DueKind.CHOSEN, verb="day_set", **given)
    tell_hands(Hands([row], at).unit_side(row), "day_set", assignment=row.assignment, part=row, **given)
    return row


def _check(tree: Tree, row: Part, due_at: datetime, reason: str, at: datetime) -> None:
    if not row.is_units_turn:
        raise UnableToSetDay(_("The unit has reported already, or nothing is asked of it any more."))
    if row.is_paused:
        raise UnableToSetDay(_("The clock of this unit stands still. Let it run again first."))
    if not reason.strip():
        raise UnableToSetDay(_("Say why the day is another one."))
    check_ahead(due_at, at, UnableToSetDay)
    if row.parent_id and due_at > tree.parts[row.parent_id].due_at > at:
        raise UnableToSetDay(_("Choose a day that is not after that of the unit above."))
