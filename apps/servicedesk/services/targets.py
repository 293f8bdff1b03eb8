"""What a service promises by priority, kept in versions; and a request's change of priority."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import Priority, Who
from apps.servicedesk.models import ClockEntry, Request, Service, ServiceTarget, TargetPolicy
from apps.servicedesk.rules import can_set_priority, capacity
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.errors import UnableToSetPriority
from apps.servicedesk.services.moving import check_version, lock, project_clock, touch
from apps.servicedesk.services.telling import requester_side, tell_people, tell_watchers


@dataclass(frozen=True)
class Promised:
    """Working minutes until the first answer and until completion."""

    first: int
    completion: int


def newest_policy(service: Service) -> TargetPolicy | None:
    return TargetPolicy.objects.filter(service=service).order_by("-number").first()


def policy_of(service: Service, *, at: datetime) -> TargetPolicy:
    """The policy that counts for what is filed now. When the service's own minutes are others than it says, a new
    version is made that keeps the rows of the priorities (one query if nothing changed).
    """
    found = newest_policy(service)
    if found and says_as(found, service):
        return found
    with transaction.atomic():
        row = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        found = newest_policy(row)
        if found and says_as(found, row):
            return found
        return new_version(row, promised_by(found) if found else {}, actor=None, at=at)


def says_as(policy: TargetPolicy, service: Service) -> bool:
    return (policy.first_response_minutes, policy.target_minutes) == (
        service.first_response_minutes,
        service.target_minutes,
    )


def promised_by(policy: TargetPolicy) -> dict[int, Promised]:
    """The priorities with a promise of their own (one query)."""
    rows = policy.targets.values_list("priority", "first_response_minutes", "target_minutes")
    return {priority: Promised(first, completion) for priority, first, completion in rows}


def new_version(service: Service, rows: Mapping[int, Promised], *, actor: Person | None, at: datetime) -> TargetPolicy:
    """The next version of a locked service."""
    last = newest_policy(service)
    policy = TargetPolicy.objects.create(
        service=service,
        number=last.number + 1 if last else 1,
        first_response_minutes=service.first_response_minutes,
        target_minutes=service.target_minutes,
        made_by=actor,
        made_at=at,
    )
    ServiceTarget.objects.bulk_create(
        ServiceTarget(
            policy=policy,
            priority=priority,
            first_response_minutes=promised.first,
            target_minutes=promised.completion,
        )
        for priority, promised in sorted(rows.items())
    )
    return policy


@transaction.atomic
def save_targets(
    *, service: Service, rows: Mapping[int, Promised], actor: Person, known: int, at: datetime | None = None
) -> TargetPolicy:
    """Promise `rows` from now on; requests filed before keep what they were promised. The same again changes nothing.

    `known` is the number of the version that the form showed (0: none). Raises ServiceChanged.
    """
    at = at or now()
    row = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    last = newest_policy(row)
    if (last.number if last else 0) != known:
        raise ServiceChanged(
            _("Somebody changed these targets meanwhile. Your numbers are still here; check them and save again.")
        )
    before = promised_by(last) if last else {}
    if last and says_as(last, row) and before == dict(rows):
        return last
    policy = new_version(row, rows, actor=actor, at=at)
    changes = {"policy": [known, policy.number]} | {
        Priority(key).name.lower(): [in_words(before.get(key)), in_words(rows.get(key))]
        for key in sorted({*before, *rows})
        if before.get(key) != rows.get(key)
    }
    record(actor=actor, verb="targets", obj=row, changes=changes, at=at)
    return policy


def in_words(promised: Promised | None) -> str:
    return f"{promised.first} / {promised.completion}" if promised else "—"


def minutes_for(policy: TargetPolicy, priority: int) -> Promised:
    """What a policy promises for a priority (one query)."""
    found = policy.targets.filter(priority=priority).first() or policy
    return Promised(found.first_response_minutes, found.target_minutes)


def promise_by_policy(request: Request, at: datetime) -> None:
    """Freeze on a request that is being filed what is promised now. The caller saves it.

    Who files at the counter for somebody has answered that person already: no first answer is promised then.
    """
    request.policy = policy_of(request.service, at=at)
    promised = minutes_for(request.policy, request.priority)
    request.target_minutes = promised.completion
    request.first_target_minutes = promised.first if request.filed_by_id == request.requester_id else None


@transaction.atomic
def set_priority(
    *,
    request: Request,
    actor: Person,
    priority: int,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Give an open request another priority: the target of its own policy for it counts over the same events, so that
    what was used stays used and pauses stay pauses. The same priority again changes nothing.

    A new date that the director gave before is replaced by the new target. A reason is asked for (the requester reads
    it). Raises PermissionDenied, Changed, UnableToSetPriority.
    """
    at, row, note = at or now(), lock(request), note.strip()
    acting = capacity(actor, row, Who.HANDLER, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    if row.priority == priority:
        return row
    check_version(row, version)
    if not can_set_priority(actor, row, at):
        raise UnableToSetPriority(_("This request is closed; its priority says nothing any more."))
    if priority not in Priority.values or not note:
        raise UnableToSetPriority(_("Choose a priority and say why: the requester reads it."))
    due_before, before = row.due_at, row.priority
    open_target(row, priority, note=note, at=at)
    touch(row, at=at)
    changes = {
        "priority": [before, priority],
        "due_at": [due_before and due_before.isoformat(), row.due_at and row.due_at.isoformat()],
    }
    record(actor=actor, on_behalf_of=acting.on_behalf_of, verb="priority", obj=row, changes=changes, note=note, at=at)
    told = [*requester_side(row, at), row.handler]
    tell_people(told, "priority", request=row, actor=actor, at=at, note=note)
    tell_watchers(row, "priority", actor=actor, at=at, note=note, besides=told)
    return row


def open_target(request: Request, priority: int, *, note: str, at: datetime) -> None:
    """The ledger's line of a new priority, and what follows from it. The caller saves the row."""
    policy = request.policy or policy_of(request.service, at=at)
    promised, request.priority, request.policy = minutes_for(policy, priority), priority, policy
    ClockEntry.objects.create(
        request=request,
        kind=ClockKind.SET_TARGET,
        at=at,
        reason=note[:200],
        target_minutes=promised.completion,
        first_minutes=promised.first if request.first_target_minutes is not None else None,
        priority=priority,
    )
    project_clock(request)
    request.escalate_at = at if request.is_running else None
