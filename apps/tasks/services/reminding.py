"""Words about the day of a task: on the working day before it, and on the first one after; and about what lies still
because nobody accepts a report, or because its owner has left.
"""

from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.journal.services import record
from apps.tasks.enums import Reminded, TaskState
from apps.tasks.models import Reminder, Report, Task
from apps.tasks.services.telling import answerable, owner_side, tell_people

LIMIT = 500
log = structlog.get_logger(__name__)


def remind_due(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Remind owners, and after the day also who gave the task; who gave it of a report, the working day after it, and
    each working day of an owner who has left. Gives how many were told of. Once a day a task.

    Silent outside office hours. When a day was missed (no worker), the day after catches up: whoever is late and was
    not told since the day is told. What is late is computed, so no list depends on this job.
    """
    at, working = at or now(), office_time()
    try:
        if not working.is_working(at):
            return 0
        rows = [*due_rows(working, working.day(at)), *still_rows(working, working.day(at))]
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return 0
    return sum(remind_one(pk, side, working.day(at), at) for pk, side in rows[:limit])


def due_rows(working: WorkingTime, today: date) -> list[tuple[int, str]]:
    """(task, side of its day) of what is to be told today: due up to the next working day, or over and not told yet."""
    told_today = Reminder.objects.filter(task=OuterRef("pk"), day=today)
    told_after = Reminder.objects.filter(task=OuterRef("pk"), side=Reminded.AFTER, day__gt=OuterRef("due_on"))
    told_before = Reminder.objects.filter(task=OuterRef("pk"), side=Reminded.BEFORE, day__lte=OuterRef("due_on"))
    begin = datetime(today.year, today.month, today.day, tzinfo=working.zone)  # who was given it today knows of it
    rows = Task.objects.to_do().filter(~Exists(told_today), given_at__lt=begin, owner__is_active=True)
    rows = rows.order_by("due_on", "pk")
    late = rows.filter(~Exists(told_after), due_on__lt=today)
    soon = rows.filter(~Exists(told_before), due_on__range=(today, working.next_working_day(today)))
    return [*pairs(late, Reminded.AFTER), *pairs(soon, Reminded.BEFORE)]


def still_rows(working: WorkingTime, today: date) -> list[tuple[int, str]]:
    """(task, why) of what lies still: reports of before today that were not told of, and tasks whose owner left."""
    begin = datetime(today.year, today.month, today.day, tzinfo=working.zone)
    rows = Task.objects.exclude(Exists(Reminder.objects.filter(task=OuterRef("pk"), day=today))).order_by(
        "due_on", "pk"
    )
    reports = rows.filter(state=TaskState.REPORTED).exclude(
        Exists(Report.objects.filter(task=OuterRef("pk"), at__gte=begin))
    )
    told = Count("reminders", filter=Q(reminders__side=Reminded.ACCEPT), distinct=True)
    reports = reports.annotate(said=Count("reports", distinct=True), told=told).filter(told__lt=F("said"))
    left = rows.to_do().filter(owner__is_active=False)
    return [*pairs(reports, Reminded.ACCEPT), *pairs(left, Reminded.LEFT)]


def pairs(rows: QuerySet, side: str) -> list[tuple[int, str]]:
    return [(pk, side) for pk in rows.values_list("pk", flat=True)[:LIMIT]]


@transaction.atomic
def remind_one(pk: int, side: str, day: date, at: datetime) -> bool:
    """Lock the row and look again: another run may have told of it, or somebody finished it."""
    rows = Task.objects.filter(state=TaskState.REPORTED) if side == Reminded.ACCEPT else Task.objects.to_do()
    rows = rows.select_for_update(of=("self",), skip_locked=True)
    task = rows.select_related("owner", "given_by").filter(pk=pk).first()
    if task is None or not Reminder.objects.get_or_create(task=task, day=day, defaults={"side": side})[1]:
        return False
    lies_still = side in (Reminded.ACCEPT, Reminded.LEFT)
    record(actor=None, verb="remind_giver" if lies_still else "remind", obj=task, at=at)
    people = [] if lies_still else owner_side(task, at)
    people += answerable(task) if side != Reminded.BEFORE else []
    tell_people(people, side, task=task, actor=None, at=at, queue=Queue.REMINDER)
    return True
