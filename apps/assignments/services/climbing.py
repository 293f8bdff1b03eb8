"""The ladder of a part that nobody signs for: the unit's clerk, the stand-in, the phone list.

Half a working day lies between the steps (settings.RELAY_SIGN_MINUTES), counted in the office's working time. A year
without a calendar is not guessed: those parts wait where they are, and the log says so each minute.
"""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction

from apps.assignments.enums import CLERK_ROLES, Rung
from apps.assignments.hands import Hand
from apps.assignments.models import Part
from apps.assignments.services.locking import lock_part
from apps.assignments.services.telling import tell_hands
from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.delivery.enums import Queue
from apps.journal.services import record
from apps.people.enums import DeputyScope
from apps.people.models import Person
from apps.people.unit_people import deputies_by_principal, holders_of

BATCH = 200
log = structlog.get_logger(__name__)


def start_parts(at: datetime) -> int:
    """Parts that were given when the calendar did not know get their time to sign; gives how many."""
    office, started = office_time(), 0
    for part in Part.objects.to_start().order_by("pk")[:BATCH]:
        try:
            due = office.add_minutes(part.added_at, settings.RELAY_SIGN_MINUTES)
        except CalendarYearMissing as error:
            log.error("assignment_sign_due_unknown", part=part.pk, year=error.year)
            continue
        started += Part.objects.filter(pk=part.pk).to_start().update(sign_due_at=due, next_at=due)
    return started


def climb(at: datetime) -> int:
    """Take each part whose time is over one step further; gives how many. One at a time, each locked and looked at
    again: another run may have taken it, or the unit signed.
    """
    office, moved = office_time(), 0
    rows = Part.objects.to_climb(at).order_by("next_at", "pk")
    for part in list(rows.only("pk", "assignment")[:BATCH]):
        try:
            moved += _step(part, office, at)
        except CalendarYearMissing as error:
            log.error("assignment_step_unknown", part=part.pk, year=error.year)
    return moved


@transaction.atomic
def _step(part: Part, office: WorkingTime, at: datetime) -> bool:
    _tree, row = lock_part(part)
    if not row.is_waiting or row.next_at is None or row.next_at > at:
        return False
    person = _stand_in(row, at) if row.rung == Rung.CLERK else None
    if person:
        row.rung, row.stand_in = Rung.STAND_IN, person
        row.next_at = office.add_minutes(at, settings.RELAY_SIGN_MINUTES)
        record(actor=None, verb="to_stand_in", obj=row, changes={"person": person.pk}, note=person.name, at=at)
        told = {"part": row, "actor": None, "at": at, "queue": Queue.REMINDER}
        tell_hands([Hand(person)], "stand_in", assignment=row.assignment, **told)
    else:
        row.rung, row.next_at = Rung.PHONE, None
        record(actor=None, verb="to_phone_list", obj=row, at=at)
    row.save(update_fields=["rung", "stand_in", "next_at"])
    return True


def _stand_in(part: Part, at: datetime) -> Person | None:
    """A deputy of the unit's clerk, else the clerk of the nearest unit above; None: nobody."""
    chain = [int(key) for key in part.unit.path.strip("/").split("/")][::-1]
    found = holders_of(chain, *CLERK_ROLES)
    own = found.get(part.unit_id, [])
    by_principal = deputies_by_principal(own, scope=DeputyScope.TASKS, at=at)
    people = [deputy for deputies in by_principal.values() for deputy in deputies if deputy not in own]
    people += [person for key in chain[1:] for person in found.get(key, ()) if person not in own]
    return next(iter(people), None)
