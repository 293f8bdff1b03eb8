"""The one way a request moves: lock, check, write the ledger, the row and the journal, all in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, WorkingTime, working_time
from apps.core.clock import now
from apps.core.enums import Category, ClockKind
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.clock import ClockReading, read_clock, read_first_answer, worked
from apps.servicedesk.enums import CATEGORY, ENDED_UNDONE, MOVES, Move, RequestState, TaskMoment, Who
from apps.servicedesk.models import ClockEntry, Merge, Request, ServiceCare
from apps.servicedesk.rules import capacity_for, refusal
from apps.servicedesk.services.errors import ERROR_OF, Changed
from apps.servicedesk.services.sealing import drop_lines
from apps.servicedesk.services.task_templates import give_tasks
from apps.servicedesk.services.telling import approvers, handler_side, requester_side, tell_people, tell_watchers
from apps.tasks.services import call_off

LEAVES_NOBODY = ("handler_left", "pass_on")  # in the history: after these, taking it is no repetition
log = structlog.get_logger(__name__)


@dataclass
class Begun:
    """A move that passed its checks. `repeated`: the same person made it just before, nothing is left to do."""

    request: Request
    move: Move
    actor: Person
    at: datetime
    note: str = ""
    on_behalf_of: Person | None = None
    repeated: bool = False


def lock(request: Request) -> Request:
    """The row as it stands now, locked until the transaction ends (two queries).

    Locked and read apart: a lock that had to wait would give the new row joined with the handler of before.
    """
    Request.objects.select_for_update().only("pk").get(pk=request.pk)
    rows = Request.objects.select_related(
        "service", "requester", "requester_unit", "filed_by", "handler", "unit", "answer_set__form_version"
    )
    return rows.get(pk=request.pk)


def lock_with_merged(request: Request) -> None:
    """Before a move that releases them: all in the order of their keys, as merging locks them, so that two at once do
    not wait for each other.
    """
    merged = Merge.objects.filter(into=request, undone_at__isnull=True).values_list("request", flat=True)
    rows = Request.objects.select_for_update().filter(pk__in=[request.pk, *merged])
    list(rows.order_by("pk").values_list("pk"))


def begin(
    *, request: Request, verb: str, actor: Person, at: datetime | None, version: int | None = None, note: str = ""
) -> Begun:
    """Lock the request and check the move. Must run in the transaction that ends with `finish`.

    Raises PermissionDenied (not theirs to do), Changed (`version` is not the one that stands), UnableTo… (not in this
    state, or no reason given).
    """
    transaction.get_connection().validate_no_broken_transaction()
    move, at, note = MOVES[verb], at or now(), note.strip()
    if move.target in ENDED_UNDONE:
        lock_with_merged(request)
    row = lock(request)
    if is_repeated(row, verb=verb, actor=actor, note=note):
        return Begun(row, move, actor, at, note, repeated=True)
    acting = capacity_for(actor, verb, row, at)
    if acting is None:
        raise PermissionDenied(refusal(actor, row, move.who))
    check_version(row, version)
    if row.state not in move.sources:
        raise ERROR_OF[verb](
            _("This is not possible any more: the request is “%(state)s”.") % {"state": row.get_state_display()}
        )
    if move.needs_note and not note:
        raise ERROR_OF[verb](_("Write down why: the other side reads it."))
    return Begun(row, move, actor, at, note, acting.on_behalf_of)


def check_version(request: Request, version: int | None) -> None:
    """Raises Changed if the form was made for another state of the request."""
    if version is not None and version != request.version:
        raise Changed(request, given=version)


def is_repeated(request: Request, *, verb: str, actor: Person, note: str) -> bool:
    """Was this very move, by the same person with the same words, the last thing that happened? (One query.)"""
    if request.state not in (MOVES[verb].target, MOVES["lay_before"].target):
        return False
    made = [*(each.verb for each in MOVES.values() if not each.follows), *LEAVES_NOBODY]
    last = Entry.objects.about(request).filter(verb__in=made).order_by("-at", "-pk").first()
    return last is not None and (last.verb, last.actor_id, last.note) == (verb, actor.pk, note)


def follow(
    request: Request,
    verb: str,
    *,
    actor: Person,
    at: datetime,
    note: str = "",
    on_behalf_of: Person | None = None,
    responds: bool = False,
    changes: Mapping[str, object] | None = None,
) -> Request:
    """The move that follows from another, or from a decision; the caller holds the lock and has checked the right."""
    begun = Begun(request, MOVES[verb], actor, at, note, on_behalf_of)
    return finish(begun, responds=responds, changes=changes)


def finish(begun: Begun, *, responds: bool = False, changes: Mapping[str, object] | None = None) -> Request:
    """Write the move that `begin` allowed; `responds`: the requester hears from a human of the office by it."""
    request, move, at = begun.request, begun.move, begun.at
    before, request.state = request.state, move.target
    if move.who == Who.HANDLER and request.handler_id is None:
        give_to_actor(begun)
    if CATEGORY[move.target] in (Category.DONE, Category.VOID):
        request.closed_at = at
    else:
        request.closed_at = None
    request.pause_limit_at = pause_limit(request, at) if CATEGORY[move.target] == Category.PAUSED else None
    if move.clock:
        add_clock_entry(request, kind=move.clock, at=at, reason=begun.note)
    touch(request, at=at, responds=responds)
    record(
        actor=begun.actor,
        on_behalf_of=begun.on_behalf_of,
        verb=move.verb,
        obj=request,
        changes={"state": [before, move.target], **(changes or {})},
        note=begun.note,
        at=at,
    )
    drop_lines(request, actor=begun.actor, reason=begun.note, at=at)
    follow_tasks(begun)
    if move.target in ENDED_UNDONE:
        release_merged(begun)
    if move.verb != "submit":
        tell_watchers(request, move.verb, actor=begun.actor, at=at, note=begun.note, besides=told_anyway(begun))
    return request


def told_anyway(begun: Begun) -> list[Person]:
    """Who hears of the move in words of their own, when anybody watches at all."""
    request, verb = begun.request, begun.move.verb
    if not request.watchers.filter(ended_at__isnull=True).exists():
        return []
    people = requester_side(request, begun.at)
    if begun.move.who == Who.REQUESTER:
        people += handler_side(request, begun.at)
    if begun.move.who in (Who.APPROVER, Who.PORTAL) and request.handler:
        people.append(request.handler)
    if verb in ("ask_approval", "lay_before"):
        for step in Step.objects.about(request).filter(state=StepState.ASKED):
            people += approvers(step, begun.at)
    return people


def follow_tasks(begun: Begun) -> None:
    """What a move means for the tasks: the service's own are given when somebody has it; a request that ends without
    being done needs none any more, nor do those that were merged into it. A merged one keeps its tasks.
    """
    request, state = begun.request, begun.move.target
    if state == RequestState.IN_PROGRESS and request.handler_id and begun.move.verb != "unmerge":
        give_tasks(request, TaskMoment.TAKEN, begun.at)
    elif state in ENDED_UNDONE:
        call_off(subject=request, actor=begun.actor, note=begun.note, at=begun.at)


def release_merged(begun: Begun) -> None:
    """A request that ends without being done takes nobody else's with it: what was merged into it goes on by itself,
    and both its sides are told. What names nobody any more stays as it is.
    """
    rows = Merge.objects.filter(into=begun.request, undone_at__isnull=True, request__removed_at__isnull=True)
    for made in rows.select_related("into", "handler_before").order_by("request"):
        row, at = lock(made.request), begun.at
        move = replace(MOVES["unmerge"], who=Who.PORTAL)  # nobody takes it out: it follows
        take_out(Begun(row, move, None, at), made)
        people = [*requester_side(row), *handler_side(row, at)]
        tell_people(people, "released", request=row, actor=begun.actor, at=at)


def take_out(begun: Begun, made: Merge) -> None:
    """Undo a merge: state, handler and clock go on from where they were; who came with it leaves."""
    row, actor, at = begun.request, begun.actor, begun.at
    paused = CATEGORY[RequestState(made.state_before)] == Category.PAUSED
    clock = ClockKind.PAUSE if paused else ClockKind.RESUME
    begun.move = replace(begun.move, target=RequestState(made.state_before), clock=clock)
    made.undone_at, made.undone_by = at, actor
    made.save(update_fields=["undone_at", "undone_by"])
    for known in made.participants.filter(ended_at__isnull=True).select_related("person"):
        known.ended_at, known.ended_by = at, actor or made.merged_by  # a part that ended names somebody
        known.save(update_fields=["ended_at", "ended_by"])
        record(actor=actor, verb="remove_participant", obj=made.into, note=known.person.name, at=at)
    finish(begun)
    give_back_handler(row, made)
    changes = {"other": row.pk}
    record(actor=actor, verb="unmerged_here", obj=made.into, changes=changes, note=row.number, internal=True, at=at)


def give_back_handler(request: Request, made: Merge) -> None:
    """Merging and taking out say nothing about whose request it is."""
    if request.handler_id != made.handler_before_id:
        request.handler = made.handler_before
        request.save(update_fields=["handler"])


def give_to_actor(begun: Begun) -> None:
    """Who does something with a request nobody has, has it from then on; the director only by finishing it."""
    person = begun.on_behalf_of or begun.actor
    if person.has_role(Role.CLERK) or begun.move.verb == "complete":
        begun.request.handler = person


def touch(request: Request, *, at: datetime, responds: bool = False) -> None:
    """Save the row with the next version: a form that was opened before meets a clash."""
    request.version += 1
    note_event(request, at=at, responds=responds)


def note_event(request: Request, *, at: datetime, responds: bool = False) -> None:
    """Save the row with its last event and the office's first answer; forms that are open elsewhere stay good."""
    if responds and request.first_response_at is None:
        add_clock_entry(request, kind=ClockKind.ANSWERED, at=at)
    request.last_event_at = at
    request.save()


def pause_limit(request: Request, at: datetime) -> datetime:
    """Until when a pause that begins at `at` is as long as the service allows (one query; plain days where the calendar
    does not know the year).
    """
    days = ServiceCare.objects.filter(service=request.service_id).values_list("pause_days", flat=True).first()
    days = ServiceCare._meta.get_field("pause_days").default if days is None else days
    working = working_time(request.calendar_version_id)
    try:
        return working.end_of_day(working.next_working_day(working.day(at), days))
    except CalendarYearMissing:
        return at + timedelta(days=days)


def add_clock_entry(
    request: Request, *, kind: ClockKind, at: datetime, reason: str = "", new_due_at: datetime | None = None
) -> None:
    """One more line in the ledger, and the row's projection of it. A start keeps the promises. The caller saves."""
    starts = kind == ClockKind.START
    ClockEntry.objects.create(
        request=request,
        kind=kind,
        at=at,
        reason=reason[:200],
        new_due_at=new_due_at,
        target_minutes=request.target_minutes if starts else None,
        first_minutes=request.first_target_minutes if starts else None,
        priority=request.priority if starts else None,
    )
    project_clock(request)
    request.escalate_at = at if request.is_running else None


def project_clock(request: Request) -> None:
    """Set from the ledger what the row keeps of it. The caller saves the row.

    When the calendar lacks a needed year, the due times stay empty and the alarm is logged: filing must not fail for
    it, and the sweep fills them in once the year is loaded.
    """
    try:
        projected = projection_of(request)
    except CalendarYearMissing as missing:
        log.error("calendar_year_missing", request_id=request.pk, year=missing.year)
        projected = dict.fromkeys(("due_at", "first_due_at"))
        if request.first_response_at is None:
            projected["first_response_at"] = answered_at(ledger(request))
    for name, value in projected.items():
        setattr(request, name, value)


def projection_of(request: Request) -> dict[str, object]:
    """The columns that follow from the ledger, by name (two queries). Raises CalendarYearMissing."""
    entries, working = ledger(request), working_time(request.calendar_version_id)
    whole = read_clock(entries, working, request.target_minutes)
    first, answered = read_first_answer(entries, working), answered_at(entries)
    return {
        "due_at": whole.due_at,
        "used_minutes": whole.used_minutes,
        "within_target": whole.within_target,
        "first_due_at": first.due_at if first else None,
        "first_within_target": first.within_target if first else None,
        "first_response_at": answered,
        "first_response_minutes": response_minutes(request, answered, working) if answered else None,
    }


def response_minutes(request: Request, answered: datetime, working: WorkingTime) -> int:
    """Working minutes from the filing to the first answer, pauses included."""
    return round(worked(working, request.submitted_at.astimezone(UTC), answered.astimezone(UTC)).total_seconds() / 60)


def ledger(request: Request) -> list[ClockEntry]:
    """The lines of a request's clock in their order (one query)."""
    return list(ClockEntry.objects.filter(request=request).order_by("at", "pk"))


def answered_at(entries: Iterable[ClockEntry]) -> datetime | None:
    """When the office first answered."""
    return next((entry.at for entry in entries if entry.kind == ClockKind.ANSWERED), None)


def reading_of(request: Request, *, at: datetime | None = None) -> ClockReading:
    """The clock of a filed request; with `at`, the open stretch is counted up to then. Raises CalendarYearMissing."""
    return read_clock(ledger(request), working_time(request.calendar_version_id), request.target_minutes, at=at)
