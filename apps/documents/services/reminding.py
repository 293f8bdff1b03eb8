"""One message a day to each person with everything that waits for them: to decide, to read, late or due today."""

from datetime import date, datetime

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F

from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.documents.enums import OPEN_STATES, ReaderState
from apps.documents.models import DailyWord, Document, Reader
from apps.documents.texts import DAILY, name_of, plain_texts
from apps.people.models import Person

LIMIT = 500
LINES = 20
FROM_HOUR = 8
log = structlog.get_logger(__name__)


def remind(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """On working days, in working hours; gives how many were told. What came only today is told as it comes."""
    at, working = at or now(), office_time()
    try:
        if not working.is_working(at):
            return 0
        day = working.day(at)
        tomorrow = working.end_of_day(working.next_working_day(day))
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return 0
    begin = datetime(day.year, day.month, day.day, tzinfo=working.zone)
    waiting = gather(begin, tomorrow)
    told = set(DailyWord.objects.filter(day=day, person__in=waiting).values_list("person_id", flat=True))
    people = Person.objects.active().in_bulk([pk for pk in waiting if pk not in told][:limit])
    return sum(remind_one(person, waiting[pk], day, at) for pk, person in people.items())


def gather(begin: datetime, due_before: datetime) -> dict[int, list[Document]]:
    """By person: documents that are with them since before today, and those they handle that are late or due."""
    found: dict[int, list[Document]] = {}
    kind = ContentType.objects.get_for_model(Document)
    steps = Step.objects.filter(subject_type=kind, state="asked", asked_at__lt=begin, approver__isnull=False)
    asked = list(steps.values_list("approver_id", "subject_id"))
    readers = Reader.objects.filter(state=ReaderState.WITH, given_at__lt=begin, circulation__ended_at__isnull=True)
    asked += readers.values_list("person_id", "circulation__document_id")
    late = Document.objects.filter(state__in=OPEN_STATES, due_at__lte=due_before, handler__isnull=False)
    asked += late.order_by("due_at").values_list("handler_id", F("pk"))
    rows = Document.objects.in_bulk({pk for _person, pk in asked})
    for person, pk in asked:
        mine = found.setdefault(person, [])
        if pk in rows and rows[pk] not in mine:
            mine.append(rows[pk])
    return found


@transaction.atomic
def remind_one(person: Person, rows: list[Document], day: date, at: datetime) -> bool:
    """Once a day: the unique row decides between two runs."""
    if not DailyWord.objects.get_or_create(person=person, day=day)[1]:
        return False
    more = ["…"] if len(rows) > LINES else []
    lines = [f"· {name_of(row)}" for row in rows[:LINES]] + more
    texts = plain_texts(DAILY, count=len(rows), note="\n".join(lines))
    source = f"documents.daily:{day:%Y-%m-%d}"
    tell(person=person, source=source, texts=texts, queue=Queue.REMINDER, target_url="/", at=at)
    return True
