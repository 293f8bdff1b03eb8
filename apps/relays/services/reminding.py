"""Units that signed but have not done what was asked are reminded: one message a working day to each person.

The secretary is reminded, and who stands in for the secretary on that day; a unit without a secretary has whoever was
asked to sign for it, as long as that person may act.
"""

from datetime import date, datetime

import structlog
from django.db import transaction

from apps.core.calendar import CalendarYearMissing, office_time
from apps.people.enums import DeputyScope
from apps.people.models import Person
from apps.people.unit_people import deputies_by_principal
from apps.relays.models import RelayLine, Reminder
from apps.relays.people import secretaries_of
from apps.relays.rules import authority_for
from apps.relays.services.telling import remind_of_units

log = structlog.get_logger(__name__)
MOST = 2_000  # lines in one sweep


def remind_units(at: datetime) -> int:
    """In working time, from the working day before the day of reporting on; gives how many people were reminded."""
    try:
        office = office_time()
        if not office.is_working(at):
            return 0
        until = office.end_of_day(office.next_working_day(office.day(at)))
    except CalendarYearMissing as error:
        log.error("relay_reminders_wait", year=error.year)
        return 0
    day = office.day(at)
    return sum(_remind(person, lines, day, at) for person, lines in _owed(until, at).items())


def _owed(until: datetime, at: datetime) -> dict[Person, dict[RelayLine, Person | None]]:
    """By person: the lines, each with the one in whose place the person is asked (None: in nobody's)."""
    rows = RelayLine.objects.to_remind(until).select_related("relay__notice", "unit", "stand_in")
    rows = list(rows.order_by("report_by", "pk")[:MOST])
    secretaries = secretaries_of({row.unit_id for row in rows})
    everyone = [person for people in secretaries.values() for person in people]
    deputies = deputies_by_principal(everyone, scope=DeputyScope.NOTICES, at=at)
    found: dict[Person, dict[RelayLine, Person | None]] = {}
    for row in rows:
        people = secretaries.get(row.unit_id, [])
        for person in people:
            found.setdefault(person, {})[row] = None
            for deputy in deputies.get(person.pk, ()):
                found.setdefault(deputy, {}).setdefault(row, person)
        if not people and row.stand_in and row.stand_in.is_active and authority_for(row.stand_in, row):
            found.setdefault(row.stand_in, {})[row] = None
    return found


@transaction.atomic
def _remind(person: Person, lines: dict[RelayLine, Person | None], day: date, at: datetime) -> bool:
    """The row of the day is the claim: who finds it there does nothing."""
    _row, first = Reminder.objects.get_or_create(person=person, day=day)
    if not first:
        return False
    remind_of_units(person, list(lines), at, {line.pk: behalf for line, behalf in lines.items()})
    return True
