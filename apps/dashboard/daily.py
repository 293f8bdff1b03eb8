"""Everything of documents, seals and assignments that waits for a person, in ONE message a day, on working days.
Grouped by person, not by paper: of many messages people learn to ignore all.
"""

from collections.abc import Iterator
from datetime import date, datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.assignments import work_items as assignments
from apps.assignments.enums import OPEN
from apps.assignments.models import Part
from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.read_once import reading_once
from apps.core.templatetags.portal import moment
from apps.core.work_item import Section, WorkItem
from apps.dashboard.models import DailyWord
from apps.delivery.enums import Queue
from apps.delivery.services import Text, tell
from apps.dispatch import work_items as dispatch
from apps.documents import work_items as documents
from apps.documents.enums import OPEN_STATES, ReaderState
from apps.documents.models import Document, Reader
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Deputy, Person, Post
from apps.seals import work_items as seals
from apps.seals.models import Keeping

log = structlog.get_logger(__name__)
PEOPLE = 200  # looked at in one run
MOST = 200  # things asked for of one source
LINES = 60  # in one message; the page has the rest
SOURCES = (assignments.for_user, documents.for_user, dispatch.for_user, seals.for_user)
BY_POST = (Role.UNIT_SECRETARY, Role.UNIT_HEAD, *OFFICE_ROLES)


def tell_of_the_day(at: datetime, *, limit: int = PEOPLE) -> int:
    """From the opening of a working day until its first pause; gives how many were told. Whoever runs it again, and
    however often, tells nobody twice on a day.
    """
    working = office_time()
    try:
        day = working.day(at)
        opens, closes = next(iter(working.spans(day)), (at, at))
        if not opens <= at < closes:
            return 0
        until = working.end_of_day(working.next_working_day(day))
    except CalendarYearMissing as error:
        log.error("daily_word_waits", year=error.year)
        return 0
    return sum(tell_one(person, day, until, working, at) for person in not_seen(day, at)[:limit])


def not_seen(day: date, at: datetime) -> QuerySet[Person]:
    """Everybody for whom something of this kind may wait and who was not looked at today: rather too many."""
    by_post = Post.objects.current().filter(person=OuterRef("pk"), role__in=BY_POST)
    stands_in = Deputy.objects.in_force(at).filter(deputy=OuterRef("pk"))
    has_part = Part.objects.filter(state__in=OPEN, person=OuterRef("pk"))
    reads = Reader.objects.filter(state=ReaderState.WITH, circulation__ended_at__isnull=True, person=OuterRef("pk"))
    asked = Step.objects.filter(state=StepState.ASKED, approver=OuterRef("pk"))
    handles = Document.objects.filter(state__in=OPEN_STATES, handler=OuterRef("pk"))
    keeps = Keeping.objects.in_force(at).filter(person=OuterRef("pk"))
    may = Q()
    for rows in (by_post, keeps, stands_in, has_part, reads, asked, handles):
        may |= Q(Exists(rows))
    seen = DailyWord.objects.filter(day=day, person=OuterRef("pk"))
    return Person.objects.active().filter(may, ~Exists(seen)).order_by("pk")


@transaction.atomic
def tell_one(person: Person, day: date, until: datetime, working: WorkingTime, at: datetime) -> bool:
    """The row of the day is the claim: who finds it there does nothing."""
    row, first = DailyWord.objects.get_or_create(person=person, day=day)
    if not first:
        return False
    begin = datetime(day.year, day.month, day.day, tzinfo=working.zone)
    items = waiting(person, at)
    if not any(is_pressing(item, begin, until) for item in items):
        return False
    row.things = len(items)
    row.save(update_fields=["things"])
    texts = {language: text_of(person, day, at, language) for language, _name in settings.LANGUAGES}
    page = items[0].url if len(items) == 1 else "/"
    tell(person=person, source="dashboard.daily", texts=texts, queue=Queue.REMINDER, target_url=page, at=at)
    return True


def waiting(person: Person, at: datetime) -> list[WorkItem]:
    """What waits for this person, not for others: each thing once, in the first section that has it."""
    order = list(Section)
    found: dict[str, WorkItem] = {}
    with reading_once():
        for source in SOURCES:
            for item in source(person, at=at, limit=MOST):
                known = found.get(item.key)
                if known is None or order.index(item.section) < order.index(known.section):
                    found[item.key] = item
    rows = [item for item in found.values() if item.section != Section.WAITING]
    return sorted(rows, key=lambda item: (order.index(item.section), item.due_at is None, item.due_at or item.since))


def is_pressing(item: WorkItem, begin: datetime, until: datetime) -> bool:
    """Late, due by the next working day, or waiting since before today: of what came today people know already."""
    if item.paused or (item.section == Section.DECIDE and item.since >= begin):
        return False
    if item.overdue or (item.due_at and item.due_at <= until):
        return True
    return item.since < begin and (item.section == Section.DECIDE or item.due_at is None)


def text_of(person: Person, day: date, at: datetime, language: str) -> Text:
    with override(language):
        items = waiting(person, at)
        words = ngettext("%(count)d thing waits for you", "%(count)d things wait for you", len(items))
        subject = f"{words % {'count': len(items)}} ({day:%Y-%m-%d})"
        return Text(subject, "\n".join(lines(items)))


def lines(items: list[WorkItem]) -> Iterator[str]:
    section = None
    for item in items[:LINES]:
        if item.section != section:
            yield from ([""] if section else [])
            yield _("%(section)s:") % {"section": item.section.label}
            section = item.section
        yield line(item)
    if len(items) > LINES:
        yield ""
        yield _("… and %(count)d more, on the page.") % {"count": len(items) - LINES}


def line(item: WorkItem) -> str:
    name = [item.said] if item.said else [item.number, item.title]
    parts = [*name, item.reason, moment(item.due_at) if item.due_at else ""]
    return "· " + " · ".join(dict.fromkeys(part for part in parts if part))
