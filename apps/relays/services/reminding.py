"""Units that signed but have not done what was asked are reminded: one message a working day to each person."""

from datetime import date, datetime

import structlog
from django.db import transaction

from apps.core.calendar import CalendarYearMissing, office_time
from apps.people.models import Person
from apps.relays.models import RelayLine, Reminder
from apps.relays.people import secretaries_of
from apps.relays.services.telling import remind_secretary

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
    return sum(_remind(person, lines, day, at) for person, lines in _owed(until).items())


def _owed(until: datetime) -> dict[Person, list[RelayLine]]:
    rows = RelayLine.objects.to_remind(until).select_related("relay__notice", "unit")
    rows = list(rows.order_by("relay__report_by", "pk")[:MOST])
    people = secretaries_of({row.unit_id for row in rows})
    found: dict[Person, list[RelayLine]] = {}
    for row in rows:
        for person in people.get(row.unit_id, ()):
            found.setdefault(person, []).append(row)
    return found


@transaction.atomic
def _remind(person: Person, lines: list[RelayLine], day: date, at: datetime) -> bool:
    """The row of the day is the claim: who finds it there does nothing."""
    _row, first = Reminder.objects.get_or_create(person=person, day=day)
    if not first:
        return False
    remind_secretary(person, lines, at)
    return True
