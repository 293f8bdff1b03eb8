"""What tasks put on a dashboard: to do, to accept, given to others and not back yet."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.work_item import Action, Section, WorkItem
from apps.people.models import Person
from apps.tasks.enums import TaskState
from apps.tasks.managers import in_name_of
from apps.tasks.models import Task

KIND = gettext_lazy("task")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, the most pressing first (five queries, and one for each kind of thing)."""
    people, working = in_name_of(user, at), office_time()
    rows = Task.objects.select_related("owner", "given_by").prefetch_related("subject")
    mine = rows.to_do().filter(owner__in=people)
    to_accept = rows.to_accept(user, people)
    given = rows.to_do().filter(given_by=user).exclude(owner__in=people)
    return [
        *(item(row, Section.DECIDE, working, at) for row in first(to_accept, limit)),
        *(item(row, None, working, at) for row in first(mine, limit)),
        *(item(row, Section.WAITING, working, at) for row in first(given, limit)),
    ]


def first(rows: QuerySet, limit: int) -> QuerySet:
    return rows.order_by("due_on", "pk")[:limit]


def item(task: Task, section: Section | None, working: WorkingTime, at: datetime) -> WorkItem:
    """`section` empty: by the day it is due."""
    due_at, today = due_moment(task, working), working.day(at)
    late = task.is_late(today)
    if section is None:
        section = Section.OVERDUE if late else Section.SOON if is_soon(task, working, at) else Section.MINE
    return WorkItem(
        key=f"tasks.task:{task.pk}",
        section=section,
        number="",
        title=task.title,
        url=task.get_absolute_url(),
        icon="list-todo",
        kind=str(KIND),
        who=str(task.subject),
        reason=reason_for(task, section),
        state=str(TaskState(task.state).label),
        state_colour=task.colour,
        due_at=due_at,
        since=task.given_at,
        overdue=late,
        handler=task.owner.name,
        handler_id=task.owner_id,
        paused=not task.is_to_do,
        actions=actions_for(task, section),
    )


def due_moment(task: Task, working: WorkingTime) -> datetime | None:
    """The end of its day: the last working moment, or of a day without work the day's own end."""
    if task.due_on is None:
        return None
    try:
        if working.is_working_day(task.due_on):
            return working.end_of_day(task.due_on)
    except CalendarYearMissing:
        pass
    return datetime(task.due_on.year, task.due_on.month, task.due_on.day, 23, 59, tzinfo=working.zone)


def is_soon(task: Task, working: WorkingTime, at: datetime) -> bool:
    if task.due_on is None:
        return False
    today = working.day(at)
    try:
        return task.due_on <= working.next_working_day(today)
    except CalendarYearMissing:
        return task.due_on <= today


def reason_for(task: Task, section: Section) -> str:
    if section == Section.DECIDE:
        return _("%(name)s has reported") % {"name": task.owner.name}
    if section == Section.WAITING:
        return _("with %(handler)s") % {"handler": task.owner.name}
    if task.given_by is None:
        return _("given to you")
    return _("given by %(name)s") % {"name": task.given_by.name}


def actions_for(task: Task, section: Section) -> tuple[Action, ...]:
    if section == Section.DECIDE:
        return (
            Action(_("Accept"), reverse("tasks:accept", args=[task.pk]), key="y", post=True, primary=True),
            Action(_("Return"), reverse("tasks:give_back", args=[task.pk]), key="b", post=True, needs_reason=True),
        )
    if section == Section.WAITING:
        return ()
    return (Action(_("Report"), f"{task.get_absolute_url()}#report", key="o", primary=True),)
