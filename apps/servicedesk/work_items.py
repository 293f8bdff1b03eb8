"""What the service desk shows on a dashboard: for each person the requests they owe something, or wait for.

Each section is one query on the partial indexes of open requests; its condition leaves out what an earlier section
shows, so nothing stands twice whatever the limits. The director sees all requests, a clerk the own ones and those
nobody has; who asked for something sees it as everybody does who asks, by two more queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.templatetags.portal import short
from apps.core.text import localized
from apps.core.work_item import Section, WorkItem
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, DeputyScope, Role
from apps.people.models import Person
from apps.servicedesk.enums import OPEN_STATES, OWED_BY_REQUESTER, PAUSED_STATES, RUNNING_STATES, RequestState
from apps.servicedesk.figures import day_older_than, start_of
from apps.servicedesk.item_actions import actions_for
from apps.servicedesk.managers import own
from apps.servicedesk.models import Request

STUCK_AFTER_DAYS = 3
STUCK_AFTER_RETURNS = 2
SECTION_CAP = 99
MOST_URGENT = 20
Counted = dict[Section, tuple[int, bool]]


@dataclass(frozen=True)
class Edges:
    """The moments that divide the sections: soon is due before `soon`, idle is silent since before `idle`."""

    at: datetime
    soon: datetime
    idle: datetime


def edges_at(at: datetime) -> Edges:
    """By the office calendar; by plain days where it does not know the year (the calendar alarm is on then)."""
    working = office_time()
    today = working.day(at)
    try:
        soon = working.end_of_day(working.next_working_day(today))
        idle = start_of(working, day_older_than(working, today, STUCK_AFTER_DAYS - 1) + timedelta(days=1))
    except CalendarYearMissing:
        return Edges(at, at + timedelta(days=1), at - timedelta(days=STUCK_AFTER_DAYS))
    return Edges(at, soon, idle)


def steps_for(user: Person, at: datetime) -> QuerySet:
    """Sign-offs of requests that wait for `user`, the most pressing first."""
    kind = ContentType.objects.get_for_model(Request)
    steps = Step.objects.waiting_for(user, at).filter(subject_type=kind)
    return steps.order_by(F("due_at").asc(nulls_last=True), "asked_at", "pk")


def in_care_of(user: Person, people: Sequence[Person]) -> Q | None:
    """Whose requests this person looks after: everybody's, the own and entrusted ones, or none; never what they asked
    for themselves. `people`: for whom the person stands in.
    """
    if user.has_role(Role.DIRECTOR):
        return ~Q(requester=user)
    if user.has_role(*HANDLER_ROLES):
        return (Q(handler__in=[user, *people]) | Q(handler__isnull=True)) & ~Q(requester=user)
    return Q(handler__in=people) & ~Q(requester=user) if people else None


def sections_of(user: Person, edges: Edges) -> list[tuple[Section, QuerySet]]:
    """The requests of each section but the first (sign-offs), in the order of the sections; what the person, or whom
    the person stands in for, asked for comes before the office's own in the last two.
    """
    people = principals(user, scope=DeputyScope.REQUESTS, at=edges.at)
    care, rows = in_care_of(user, people), Request.objects.filter(state__in=OPEN_STATES)
    theirs = Q(requester__in=[user, *people])
    if care is None:
        return asked_for_by(rows.filter(theirs | own(user)))
    running, cared = Q(state__in=RUNNING_STATES), rows.filter(care)
    pressing = running & Q(due_at__lte=edges.soon)
    idle = Q(last_event_at__lt=edges.idle) & ~Q(state=RequestState.WAITING_THIRD)  # others have their own day
    stuck = idle | Q(pause_limit_at__lt=edges.at) | Q(return_count__gte=STUCK_AFTER_RETURNS)
    waiting = Q(state__in=[*PAUSED_STATES, RequestState.IN_APPROVAL])
    nobody = running & Q(handler__isnull=True) & ~Q(state=RequestState.IN_APPROVAL)
    later = cared.exclude(pressing).exclude(nobody)
    shown = care & (pressing | nobody | stuck | waiting | Q(handler=user))
    return [
        (Section.OVERDUE, cared.filter(running, due_at__lt=edges.at).order_by("due_at", "-priority", "pk")),
        (Section.SOON, cared.filter(running, due_at__gte=edges.at, due_at__lte=edges.soon).order_by("due_at", "pk")),
        (Section.UNASSIGNED, cared.filter(nobody).exclude(pressing).order_by("submitted_at", "pk")),
        (Section.STUCK, later.filter(stuck).order_by("last_event_at", "pk")),
        *asked_for_by(rows.filter(theirs).exclude(shown)),
        (Section.WAITING, later.filter(waiting).exclude(stuck).order_by("last_event_at", "pk")),
        (Section.MINE, later.filter(handler=user).exclude(stuck).exclude(waiting).order_by("due_at", "pk")),
    ]


def asked_for_by(rows: QuerySet) -> list[tuple[Section, QuerySet]]:
    """What a requester waits for, and what the office waits for from them."""
    return [
        (Section.WAITING, rows.exclude(state__in=OWED_BY_REQUESTER).order_by("-last_event_at")),
        (Section.MINE, rows.filter(state__in=OWED_BY_REQUESTER).order_by("last_event_at")),
    ]


def read_sections(user: Person, *, at: datetime, limit: int, cap: int = SECTION_CAP) -> tuple[list[WorkItem], Counted]:
    """What `user` owes or waits for among requests, at most `limit` a section, and how many stand in each.

    Counting stops at `cap`. Each section is asked for its first keys once; they give both the rows and the count.
    """
    size, edges = max(limit, cap + 1), edges_at(at)
    urgent = list(Request.objects.urgent().values_list("pk", flat=True)[:MOST_URGENT])
    steps = {step.subject_id: step for step in steps_for(user, at)[:size]}
    keys = {Section.DECIDE: list(steps)}
    for section, rows in sections_of(user, edges):
        rows = rows.exclude(pk__in=keys[Section.DECIDE]).values_list("pk", flat=True)
        keys.setdefault(section, []).extend(urgent_first(rows, urgent, size))
    shown = [key for found in keys.values() for key in found[:limit]]
    rows = {row.pk: row for row in with_names(Request.objects.filter(pk__in=shown))}
    lost = undecided(rows.values()) if user.is_office else {}
    items = [
        make_item(rows[key], section, user, edges, step=steps.get(key), lost=lost.get(key))
        for section, found in keys.items()
        for key in found[:limit]
        if key in rows
    ]
    return items, {section: (min(len(found), cap), len(found) > cap) for section, found in keys.items()}


def urgent_first(rows: QuerySet, urgent: list[int], size: int) -> list[int]:
    """The first keys of a section; what is urgent stands on top of it wherever its order would put it."""
    first = list(rows.filter(pk__in=urgent)) if urgent else []
    return first + [key for key in rows[:size] if key not in first]


def for_user(user: Person, *, at: datetime, limit: int = 10) -> list[WorkItem]:
    """What `user` owes or waits for among requests, at most `limit` a section (a fixed number of queries)."""
    return read_sections(user, at=at, limit=limit)[0]


def with_names(rows: QuerySet) -> QuerySet:
    return rows.select_related("service", "requester", "requester_unit", "handler")


def undecided(rows: Iterable[Request]) -> dict[int, Step]:
    """Of these requests those whose sign-off nobody can decide, with the step (one query when any is in approval)."""
    keys = [row.pk for row in rows if row.state == RequestState.IN_APPROVAL]
    if not keys:
        return {}
    kind = ContentType.objects.get_for_model(Request)
    steps = Step.objects.filter(subject_type=kind, subject_id__in=keys, any_of=False).asked_of_nobody()
    return {step.subject_id: step for step in steps}


def make_item(
    row: Request,
    section: Section,
    user: Person,
    edges: Edges,
    *,
    step: Step | None = None,
    lost: Step | None = None,
) -> WorkItem:
    """`step`: what `user` is asked to decide; `lost`: what nobody can."""
    unit = f" · {row.requester_unit}" if row.requester_unit else ""
    return WorkItem(
        key=f"servicedesk.request:{row.pk}",
        section=section,
        number=row.number,
        title=row.title,
        url=row.get_absolute_url(),
        icon=row.service.icon,
        kind=str(row.service),
        who=f"{row.requester.name}{unit}",
        reason=asked_for(row, step) if step else nobody_for(lost) if lost else reason_for(row, section, edges),
        state=str(RequestState(row.state).label),  # a third of the cost of get_state_display on long lists
        state_colour=row.colour,
        due_at=row.due_at,
        since=(step.asked_at if step else None) or row.submitted_at,
        overdue=bool(row.is_running and row.due_at and row.due_at < edges.at),
        handler=row.handler.name if row.handler else "",
        handler_id=row.handler_id,
        paused=not row.is_running,
        preview_url=reverse("servicedesk:preview", args=[row.pk]),
        actions=actions_for(row, section, user, step=step),
    )


def asked_for(row: Request, step: Step) -> str:
    """Which step it is, and who asks for it: before the office starts, the requester."""
    asker = row.handler.name if row.handler else row.requester.name
    return _("%(step)s: %(name)s asks for your decision") % {"step": localized(step.name), "name": asker}


def nobody_for(step: Step) -> str:
    return _("%(step)s: nobody can decide it") % {"step": localized(step.name)}


def reason_for(row: Request, section: Section, edges: Edges) -> str:
    """Why the row stands there, in a few words."""
    if section == Section.UNASSIGNED:
        return _("filed %(when)s, nobody has it") % {"when": short(row.submitted_at)}
    if section == Section.STUCK and row.pause_limit_at and row.pause_limit_at < edges.at:
        return _("the pause is longer than the service allows")
    if section == Section.STUCK and row.last_event_at >= edges.idle:
        return ngettext("returned %(count)d time", "returned %(count)d times", row.return_count) % {
            "count": row.return_count
        }
    if section == Section.STUCK:
        return _("nothing happened since %(when)s") % {"when": short(row.last_event_at)}
    if row.state == RequestState.WAITING_THIRD:
        return _("waits for somebody else since %(when)s") % {"when": short(row.last_event_at)}
    if row.state in OWED_BY_REQUESTER:
        return _("the clock rests since %(when)s") % {"when": short(row.last_event_at)}
    return _("with %(handler)s") % {"handler": row.handler.name} if row.handler else _("nobody has it")
