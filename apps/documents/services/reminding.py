"""One message a day to each person with everything that waits for them: to decide, to read, late or due today."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.documents.enums import OPEN_STATES, ReaderState, State
from apps.documents.models import DailyWord, Document, Reader
from apps.documents.texts import DAILY, name_of, plain_texts
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person, Post

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
    waiting = gather(begin, tomorrow, at)
    told = set(DailyWord.objects.filter(day=day, person__in=waiting).values_list("person_id", flat=True))
    people = Person.objects.active().in_bulk([pk for pk in waiting if pk not in told][:limit])
    return sum(remind_one(person, waiting[pk], day, at) for pk, person in people.items())


def gather(begin: datetime, due_before: datetime, at: datetime) -> dict[int, list[Document]]:
    """By person: documents that are with them since before today, and those they handle that are late or due."""
    found: dict[int, list[Document]] = {}
    asked = [*to_decide(begin, at), *came_back(begin, at)]
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


def to_decide(begin: datetime, at: datetime) -> list[tuple[int, int]]:
    """Person and document: of whom a decision is asked, by name or by post, and who stands in for them. Where any
    holder of a post will do, nobody stands in.
    """
    kind = ContentType.objects.get_for_model(Document)
    steps = list(Step.objects.filter(subject_type=kind, state=StepState.ASKED, asked_at__lt=begin))
    holders = holders_of({step.role for step in steps if step.approver_id is None})
    asked = [(step, [step.approver_id] if step.approver_id else holders[step.role, step.unit_id]) for step in steps]
    deputies = deputies_by_principal({pk for _step, people in asked for pk in people}, DeputyScope.APPROVALS, at)
    found = []
    for step, people in asked:
        wanted = [pk for pk in people if pk not in step.barred]
        if step.approver_id or step.unit_id:
            wanted += [deputy for pk in wanted for deputy in deputies[pk] if deputy not in step.barred]
        found += [(pk, step.subject_id) for pk in dict.fromkeys(wanted)]
    return found


def holders_of(roles: Collection[str]) -> dict[tuple[str, int | None], list[int]]:
    """Keys of those who hold each of the roles now, in a unit and anywhere (one query)."""
    found: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    posts = Post.objects.current().filter(role__in=roles, person__is_active=True).order_by("person")
    for role, unit, person in posts.values_list("role", "unit", "person"):
        found[role, unit].append(person)
        found[role, None].append(person)
    return found


def deputies_by_principal(people: Collection[int], scope: str, at: datetime) -> dict[int, list[int]]:
    """One query."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Deputy.objects.in_force(at).covering(scope).filter(principal__in=people, principal__is_active=True)
    for principal, deputy in rows.order_by("deputy").values_list("principal", "deputy"):
        found[principal].append(deputy)
    return found


def came_back(begin: datetime, at: datetime) -> list[tuple[int, int]]:
    """Outgoing papers that were returned: who has them in hand, and who stands in for them."""
    rows = Document.objects.outgoing().filter(state=State.RETURNED, last_event_at__lt=begin, handler__isnull=False)
    found = list(rows.values_list("handler", "pk"))
    deputies = deputies_by_principal({person for person, _pk in found}, DeputyScope.DOCUMENTS, at)
    return found + [(deputy, pk) for person, pk in found for deputy in deputies[person]]


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
