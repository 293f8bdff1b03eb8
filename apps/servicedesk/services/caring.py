"""What the portal looks after by itself: requests that lie still, requesters who owe an answer, days to follow up.

Nothing of this changes a request, but for the closing of one that its requester let lie (`lapse`), where the service
says so. All of it happens in office hours, each word once for the same silence.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.clock import now
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import MOVES, OWED_BY_REQUESTER, RequestState
from apps.servicedesk.figures import day_older_than, start_of
from apps.servicedesk.models import Request, Service, ServiceCare, ThirdPartyWait
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.handling import settle_return
from apps.servicedesk.services.moving import Begun, finish, lock
from apps.servicedesk.services.telling import directors, handler_side, owing_side, requester_side, tell_people

LIMIT = 200
log = structlog.get_logger(__name__)
Listeners = Callable[[Request, datetime], list[Person]]


def care(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Do what is due of it; gives how many words were sent or requests closed. Silent outside office hours."""
    at, working = at or now(), office_time()
    try:
        if not working.is_working(at):
            return 0
        return (
            remind_of_idle(working, at, limit)
            + raise_idle(working, at, limit)
            + remind_requesters(working, at, limit)
            + lapse_silent(working, at, limit)
            + follow_up(working, at, limit)
        )
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return 0


def silent_since(working: WorkingTime, at: datetime, days: int) -> datetime:
    """Whose last event lies before this has been silent for `days` working days, today counted."""
    return start_of(working, day_older_than(working, working.day(at), days - 1) + timedelta(days=1))


def services_by_days(column: str) -> Iterator[tuple[int, list[int]]]:
    """(days, services) for which the care in `column` is switched on (one query)."""
    found: dict[int, list[int]] = {}
    for service, days in ServiceCare.objects.filter(**{f"{column}__gt": 0}).values_list("service", column):
        found.setdefault(days, []).append(service)
    yield from found.items()


def said(verb: str) -> QuerySet:
    """Lines of history that say `verb` of the request since its last event."""
    kind = ContentType.objects.get_for_model(Request)
    return Entry.objects.filter(
        subject_type=kind, subject_id=OuterRef("pk"), verb=verb, at__gte=OuterRef("last_event_at")
    )


def remind_of_idle(working: WorkingTime, at: datetime, limit: int) -> int:
    """Who is to do the next thing, the handler or who is asked for a decision, is reminded of what has seen nothing for
    some days.
    """
    return sum(
        tell_each(
            Request.objects.running().filter(service__in=services, last_event_at__lt=silent_since(working, at, days)),
            "idle_told",
            "idle",
            owing_side,
            at=at,
            limit=limit,
        )
        for days, services in services_by_days("handler_days")
    )


def raise_idle(working: WorkingTime, at: datetime, limit: int) -> int:
    """Later the director hears of it."""
    return sum(
        tell_each(
            Request.objects.running().filter(service__in=services, last_event_at__lt=silent_since(working, at, days)),
            "idle_raised",
            "idle_raised",
            lambda row, at: directors(row),
            at=at,
            limit=limit,
        )
        for days, services in services_by_days("director_days")
    )


def remind_requesters(working: WorkingTime, at: datetime, limit: int) -> int:
    """Who owes an answer or a correction is reminded of it."""
    return sum(
        tell_each(
            owed(services).filter(last_event_at__lt=silent_since(working, at, days)),
            "owed_told",
            "still_owed",
            requester_side,
            at=at,
            limit=limit,
            internal=False,
        )
        for days, services in services_by_days("requester_days")
    )


def owed(services: list[int]) -> QuerySet:
    return Request.objects.filter(state__in=OWED_BY_REQUESTER, service__in=services)


def tell_each(
    rows: QuerySet,
    verb: str,
    word: str,
    listeners: Listeners,
    *,
    at: datetime,
    limit: int,
    internal: bool = True,
) -> int:
    """Tell of each row that was not told of since its last event; the history keeps that it was."""
    rows = rows.exclude(Exists(said(verb))).order_by("last_event_at", "pk")
    keys = list(rows.values_list("pk", flat=True)[:limit])
    return sum(tell_one(pk, rows, verb, word, listeners, at, internal=internal) for pk in keys)


@transaction.atomic
def tell_one(
    pk: int, rows: QuerySet, verb: str, word: str, listeners: Listeners, at: datetime, *, internal: bool
) -> bool:
    """Lock the row and look again: another sweep may have told of it, or somebody did something."""
    row = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    record(actor=None, verb=verb, obj=row, internal=internal, at=at)
    tell_people(listeners(row, at), word, request=row, actor=None, at=at)
    return True


def lapse_silent(working: WorkingTime, at: datetime, limit: int) -> int:
    """Close what its requester let lie although reminded, days after the reminder (off unless the service says so)."""
    count = 0
    rows = ServiceCare.objects.filter(lapse_days__isnull=False).values_list("service", "requester_days", "lapse_days")
    for service, reminded, closed in rows:
        warned = said("owed_told").filter(at__lt=silent_since(working, at, closed - reminded))
        silent = owed([service]).filter(Exists(warned), last_event_at__lt=silent_since(working, at, closed))
        keys = silent.order_by("last_event_at", "pk").values_list("pk", flat=True)[:limit]
        count += sum(lapse(pk, silent, at) for pk in list(keys))
    return count


@transaction.atomic
def lapse(pk: int, rows: QuerySet, at: datetime) -> bool:
    """Close one request without an answer: not counted by its clock, to be opened again as a finished one."""
    if not rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).exists():
        return False
    row = lock(Request(pk=pk))
    settle_return(row, at)
    finish(Begun(row, MOVES["lapse"], None, at))
    tell_people([*requester_side(row, at), row.handler], "lapsed", request=row, actor=None, at=at)
    return True


def follow_up(working: WorkingTime, at: datetime, limit: int) -> int:
    """Remind handlers on the day on which somebody outside was expected to have done their part."""
    rows = ThirdPartyWait.objects.filter(
        ended_at__isnull=True,
        reminded_at__isnull=True,
        expected_on__lte=working.day(at),
        request__state=RequestState.WAITING_THIRD,
    ).order_by("expected_on", "pk")
    return sum(follow_up_one(pk, rows, at) for pk in list(rows.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def follow_up_one(pk: int, rows: QuerySet, at: datetime) -> bool:
    wait = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if wait is None:
        return False
    wait.reminded_at = at
    wait.save(update_fields=["reminded_at"])
    row = wait.request
    record(actor=None, verb="follow_up_told", obj=row, internal=True, at=at)
    tell_people(handler_side(row, at), "follow_up", request=row, actor=None, at=at, note=wait.party)
    return True


def care_of(service: Service) -> ServiceCare:
    """What is set for a service; what counts without a row, unsaved (one query)."""
    return ServiceCare.objects.filter(service=service).first() or ServiceCare(service=service)


@transaction.atomic
def save_care(*, service: Service, values: Mapping[str, object], actor: Person, known: int) -> ServiceCare:
    """Set what the portal looks after for a service. `known`: the version that the form showed, 0 for none.

    Raises ServiceChanged.
    """
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    row = care_of(service)
    if (row.version if row.pk else 0) != known:
        raise ServiceChanged(
            _("Somebody changed this service meanwhile. Your text is still here; check it and save again.")
        )
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if row.pk and not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.version = known + 1
    row.save()
    record(actor=actor, verb="care", obj=service, changes=changes)
    return row
