"""Words about the day of a task: on the working day before it, and on the first one after."""

from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.journal.services import record
from apps.tasks.enums import Reminded
from apps.tasks.models import Reminder, Task
from apps.tasks.services.telling import giver_side, owner_side, tell_people

LIMIT = 500
VERB = "remind"
log = structlog.get_logger(__name__)


def remind_due(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Remind owners, and after the day also who gave the task; gives how many were told of. Once a day a task.

    Silent outside office hours. When a day was missed (no worker), the day after catches up: whoever is late and was
    not told since the day is told. What is late is computed, so no list depends on this job.
    """
    at, working = at or now(), office_time()
    try:
        if not working.is_working(at):
            return 0
        rows = due_rows(working, working.day(at))
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
    rows = Task.objects.to_do().filter(~Exists(told_today), given_at__lt=begin).order_by("due_on", "pk")
    late = rows.filter(~Exists(told_after), due_on__lt=today)
    soon = rows.filter(~Exists(told_before), due_on__range=(today, working.next_working_day(today)))
    return [*pairs(late, Reminded.AFTER), *pairs(soon, Reminded.BEFORE)]


def pairs(rows: QuerySet, side: str) -> list[tuple[int, str]]:
    return [(pk, side) for pk in rows.values_list("pk", flat=True)[:LIMIT]]


@transaction.atomic
def remind_one(pk: int, side: str, day: date, at: datetime) -> bool:
    """Lock the row and look again: another run may have told of it, or somebody finished it."""
    rows = Task.objects.to_do().select_for_update(of=("self",), skip_locked=True)
    task = rows.select_related("owner", "given_by").filter(pk=pk).first()
    if task is None or not Reminder.objects.get_or_create(task=task, day=day, defaults={"side": side})[1]:
        return False
    record(actor=None, verb=VERB, obj=task, at=at)
    people = owner_side(task, at) + (giver_side(task) if side == Reminded.AFTER else [])
    tell_people(people, side, task=task, actor=None, at=at, queue=Queue.REMINDER)
    return True
