"""What people who leave leave behind: requests in their hands, and sign-offs that nobody can decide any more."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.servicedesk.figures import start_of
from apps.servicedesk.models import Request
from apps.servicedesk.services.moving import lock, touch
from apps.servicedesk.services.telling import asked_of_nobody, handler_side, tell_left, tell_undecided

LIMIT = 200
TOLD = "nobody_decides_told"
log = structlog.get_logger(__name__)


def hand_back(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Open requests of who has left, or handles requests no more, are nobody's again; gives how many.

    Lists and rights read the handler as it stands in the row, so they are right as soon as this ran.
    """
    at = at or now()
    having = Request.objects.open().filter(handler__isnull=False).order_by().values_list("handler", flat=True)
    keys = list(having.distinct())
    there = Person.objects.active().with_role(*HANDLER_ROLES).filter(pk__in=keys)
    gone = Person.objects.filter(pk__in=keys).exclude(pk__in=there).order_by("pk")
    return sum(hand_back_of(person, at, limit) for person in gone)


@transaction.atomic
def hand_back_of(gone: Person, at: datetime, limit: int) -> int:
    """The next requests of one person; the clerks hear of all of them in one message."""
    rows = Request.objects.open().filter(handler=gone).select_for_update(skip_locked=True).order_by("pk")
    rows = [lock(Request(pk=pk)) for pk in list(rows.values_list("pk", flat=True)[:limit])]
    for row in rows:
        row.handler = None
        touch(row, at=at)
        changes = {"handler": [gone.pk, None], "handler_name": [gone.name, ""]}
        record(actor=None, verb="handler_left", obj=row, changes=changes, at=at)
    tell_all(rows, gone, at)
    return len(rows)


def tell_all(rows: Iterable[Request], gone: Person, at: datetime) -> None:
    told: dict[Person, list[Request]] = {}
    for row in rows:
        for person in handler_side(row, at):
            told.setdefault(person, []).append(row)
    for person, theirs in told.items():
        tell_left(person, theirs, gone=gone, at=at)


def tell_of_nobody(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Tell the directors of what was asked for before today and nobody can decide, once a working day; gives how many.

    Silent outside office hours.
    """
    at, working = at or now(), office_time()
    try:
        if not working.is_working(at):
            return 0
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return 0
    kind, today = ContentType.objects.get_for_model(Request), start_of(working, working.day(at))
    told = Entry.objects.filter(subject_type=kind, subject_id=OuterRef("pk"), verb=TOLD, at__gte=today)
    steps = Step.objects.filter(subject_type=kind, asked_at__lt=today).asked_of_nobody()
    rows = Request.objects.filter(state=RequestState.IN_APPROVAL, pk__in=steps.values("subject_id"))
    rows = rows.exclude(Exists(told)).order_by("due_at", "pk")
    return sum(tell_one(pk, rows, at) for pk in list(rows.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def tell_one(pk: int, rows: QuerySet, at: datetime) -> bool:
    """Lock the row and look again: another sweep may have told of it, or somebody did something."""
    row = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    steps = asked_of_nobody(row, at) if row else []
    if not steps:
        return False
    record(actor=None, verb=TOLD, obj=row, internal=True, at=at)
    tell_undecided(row, steps, at=at)
    return True
