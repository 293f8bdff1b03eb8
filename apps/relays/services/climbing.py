"""The ladder of a unit that does not sign: the secretary, the stand-in, the phone list. Rows with times, swept.

Half a working day lies between the steps (settings.RELAY_SIGN_MINUTES), counted in the office's working time. A year
without a calendar is not guessed: those lines wait where they are, and the log says so each minute.
"""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.journal.services import record
from apps.people.models import Person
from apps.relays.enums import Rung
from apps.relays.models import RelayLine
from apps.relays.people import secretaries_of, stand_in_for
from apps.relays.services.locking import BESIDE
from apps.relays.services.telling import ask_stand_in

BATCH = 200
log = structlog.get_logger(__name__)


def start_lines(at: datetime) -> int:
    """Work out until when each unit that was just told is to sign; gives how many. One without a secretary is late,
    and goes on to the next step, at once.
    """
    rows = list(RelayLine.objects.to_start().select_related("relay", "notice").order_by("pk")[:BATCH])
    looked_after, office = secretaries_of(row.unit_id for row in rows), office_time()
    started = 0
    for row in rows:
        try:
            due = _sign_due(row, office)
        except CalendarYearMissing as error:
            log.error("relay_due_unknown", line=row.pk, year=error.year)
            continue
        if row.unit_id not in looked_after:
            due = at
        started += RelayLine.objects.filter(pk=row.pk).to_start().update(sign_due_at=due, next_at=due)
    return started


def climb(at: datetime) -> int:
    """Take each unit whose time is over one step further; gives how many. Who stands in gets one message for all."""
    office, moved = office_time(), 0
    with transaction.atomic():
        rows = RelayLine.objects.to_climb(at).select_for_update(of=("self",), no_key=True, skip_locked=True)
        keys = [row.pk for row in rows.order_by("pk")[:BATCH]]
        asked: dict[Person, list[RelayLine]] = {}
        for row in RelayLine.objects.filter(pk__in=keys).select_related(*BESIDE).order_by("pk"):
            try:
                moved += _step(row, office, asked, at)
            except CalendarYearMissing as error:
                log.error("relay_step_unknown", line=row.pk, year=error.year)
        for person, lines in asked.items():
            ask_stand_in(person, lines, at)
    return moved


def _step(row: RelayLine, office: WorkingTime, asked: dict[Person, list[RelayLine]], at: datetime) -> bool:
    person = stand_in_for(row, at) if row.rung == Rung.SECRETARY else None
    if person:
        row.next_at = office.add_minutes(at, settings.RELAY_SIGN_MINUTES)
        row.rung, row.stand_in = Rung.STAND_IN, person
        asked.setdefault(person, []).append(row)
        record(actor=None, verb="to_stand_in", obj=row, changes={"person": person.pk}, note=person.name, at=at)
    else:
        row.rung, row.next_at = Rung.PHONE, None
        record(actor=None, verb="to_phone_list", obj=row, at=at)
    row.save(update_fields=["rung", "stand_in", "next_at"])
    return True


def _sign_due(row: RelayLine, office: WorkingTime) -> datetime:
    """The relay's own time for the units it names; else half a working day after the unit was told."""
    if row.parent_id is None and row.relay.sign_by:
        return row.relay.sign_by
    return office.add_minutes(row.notice.published_at, settings.RELAY_SIGN_MINUTES)
