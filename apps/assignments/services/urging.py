"""催辦: whoever waits for a part hurries whoever has it, once a working day each and a few times a week together."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.hands import Hands
from apps.assignments.models import Part
from apps.assignments.rules import as_urger
from apps.assignments.services.errors import UnableToUrge
from apps.assignments.services.locking import lock_part
from apps.assignments.services.telling import tell_hands
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person

MOST_A_WEEK = 5
WEEK = timedelta(days=7)


@transaction.atomic
def urge(*, part: Part, actor: Person, note: str = "", at: datetime | None = None) -> Part:
    """A message to who has it now. Raises UnableToUrge: it is not the unit's turn, its clock stands still, it was urged
    a short while ago, or nobody would be told.
    """
    at, (tree, row) = at or now(), lock_part(part)
    authority = as_urger(actor, row, tree)
    if authority is None:
        raise UnableToUrge(_("You may not urge this unit."))
    if not row.is_units_turn:
        raise UnableToUrge(_("The unit has done its part, so there is nothing to hurry."))
    if row.is_paused:
        raise UnableToUrge(_("The clock of this unit stands still: it waits for an answer from outside."))
    if urged_today(row, actor, at):
        raise UnableToUrge(_("You have urged this already; once a working day is enough."))
    if urged_in_week(row, at) >= MOST_A_WEEK:
        raise UnableToUrge(
            _("This has been urged %(count)d times in seven days. Call instead.") % {"count": MOST_A_WEEK}
        )
    hands = [hand for hand in Hands([row], at).of(row) if hand.person.is_active and hand.person != actor]
    if not hands:
        raise UnableToUrge(_("Nobody has it in the portal who could be told. Call the unit instead."))
    behalf, note = authority.on_behalf_of, note.strip()[:300]
    record(actor=actor, on_behalf_of=behalf, verb="urged", obj=row, note=note, at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": note, "at": at, "queue": Queue.URGENT}
    tell_hands(hands, "urged", assignment=row.assignment, **told)
    return row


def urged_in_week(part: Part, at: datetime) -> int:
    """How often it was urged in the seven days before `at`, by whomever (one query)."""
    return Entry.objects.about(part).filter(verb="urged", at__gt=at - WEEK, at__lte=at).count()


def urged_today(part: Part, actor: Person, at: datetime) -> bool:
    """Has this person urged since the last working day began? A weekend counts to the Friday before it."""
    last = Entry.objects.about(part).filter(verb="urged", actor=actor).order_by("-at").first()
    if last is None:
        return False
    working = office_time()
    try:
        return working.day(at) < working.next_working_day(working.day(last.at))
    except CalendarYearMissing:
        return working.day(at) == working.day(last.at)
