"""What is most urgent is traced: each half of a working day whoever has it is told, until it is done."""

from datetime import datetime

import structlog
from django.db import transaction

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.documents.enums import ReaderState, State
from apps.documents.models import Document, Reader
from apps.documents.services.locking import lock
from apps.documents.services.proposing import asked_now
from apps.documents.services.telling import tell_people
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person

log = structlog.get_logger(__name__)


def trace(*, at: datetime | None = None) -> int:
    """In working hours; gives how many papers. Safe to repeat: each half day counts once for a paper, and what was
    registered in it was told as it came.
    """
    at = at or now()
    begin = half_day(at)
    if begin is None:
        return 0
    rows = Document.objects.open().filter(urgency__is_traced=True, registered_at__lt=begin).order_by("due_at", "pk")
    return sum(trace_one(row, begin, at) for row in rows)


def half_day(at: datetime) -> datetime | None:
    """When the present half of the working day began; None: nobody works now, or no calendar says so."""
    working = office_time()
    try:
        spans = working.spans(working.day(at))
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return None
    return next((start for start, end in spans if start <= at < end), None)


@transaction.atomic
def trace_one(document: Document, begin: datetime, at: datetime) -> bool:
    row = lock(document)
    known = Entry.objects.about(row).filter(verb="doc_traced", at__gte=begin)
    people = having(row) if row.is_open and not known.exists() else []
    if not people:
        return False
    record(actor=None, verb="doc_traced", obj=row, note="、".join(person.name for person in people), at=at)
    tell_people(people, "traced", document=row, actor=None, at=at, queue=Queue.REMINDER)
    return True


def having(row: Document) -> list[Person]:
    """Whoever is asked, else with whom it circulates, and its handler."""
    if row.state == State.PROPOSED:
        return asked_now(row)
    readers = Reader.objects.filter(
        circulation__document=row, circulation__ended_at__isnull=True, state=ReaderState.WITH
    )
    people = [row.handler, *(each.person for each in readers.select_related("person").order_by("order"))]
    return [person for person in people if person]
