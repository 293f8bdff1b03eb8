"""What the office does with a request on its way: take, hand on, return, ask, go on, give a new date."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.journal.services import record
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Request, Return
from apps.servicedesk.rules import can_assign, can_set_due, capacity, is_taken, refusal
from apps.servicedesk.services.answers import questions
from apps.servicedesk.services.errors import UnableToAssign, UnableToReturn, UnableToSetDue, UnableToTake
from apps.servicedesk.services.messages import add_note_of
from apps.servicedesk.services.moving import add_clock_entry, begin, check_version, finish, lock, touch
from apps.servicedesk.services.telling import requester_side, tell_people, tell_watchers
from apps.servicedesk.services.waiting import settle_wait


@transaction.atomic
def take(*, request: Request, actor: Person, version: int | None = None, at: datetime | None = None) -> Request:
    """The clerk takes a request that nobody has. Of two who take it at once, the first has it. Raises UnableToTake."""
    begun = begin(request=request, verb="take", actor=actor, at=at, version=version)
    row = begun.request
    if begun.repeated:
        return row
    person = begun.on_behalf_of or actor
    if is_taken(row) or row.handler_id not in (None, person.pk):
        raise UnableToTake(_("%(name)s has it already.") % {"name": row.handler.name})
    row.handler = person
    return finish(begun, changes={"handler": [None, person.pk]})


@transaction.atomic
def assign(
    *, request: Request, actor: Person, handler: Person, version: int | None = None, at: datetime | None = None
) -> Request:
    """Give the request to a clerk or the director (改派); the state stays. To whom has it already changes nothing.

    Raises PermissionDenied, Changed, UnableToAssign (closed, or the person handles no requests, or asked for it).
    """
    at, row = at or now(), lock(request)
    acting = capacity(actor, row, Who.HANDLER, at)
    if row.handler_id == handler.pk:
        return row
    if acting is None:
        raise PermissionDenied(refusal(actor, row, Who.HANDLER))
    check_version(row, version)
    if not can_assign(actor, row, at):
        raise UnableToAssign(_("This request is closed; nobody needs to have it."))
    if not handler.has_role(*HANDLER_ROLES):
        raise UnableToAssign(_("%(name)s does not handle requests.") % {"name": handler.name})
    if handler.pk == row.requester_id:
        raise UnableToAssign(_("%(name)s asked for this; somebody else has to handle it.") % {"name": handler.name})
    changes = {
        "handler": [row.handler_id, handler.pk],
        "handler_name": [row.handler.name if row.handler else "", handler.name],
    }
    row.handler = handler
    touch(row, at=at)
    record(actor=actor, on_behalf_of=acting.on_behalf_of, verb="assign", obj=row, changes=changes, at=at)
    tell_people([handler], "assigned", request=row, actor=actor, at=at)
    tell_watchers(row, "assign", actor=actor, at=at, note=handler.name, besides=[handler])
    return row


@transaction.atomic
def return_for_correction(
    *,
    request: Request,
    actor: Person,
    fields: Sequence[str],
    note: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Send back the named fields with a reason; the clock rests until they are corrected. Raises UnableToReturn."""
    begun = begin(request=request, verb="return", actor=actor, at=at, version=version, note=note)
    row = begun.request
    if begun.repeated:
        return row
    theirs = {each.key for each in questions(row) if not each.office_only}
    named = list(dict.fromkeys(fields))
    if not named or not set(named) <= theirs:
        raise UnableToReturn(_("Choose the answers that need to be corrected."))
    before = {key: row.answer_set.answers.get(key) for key in named}
    Return.objects.create(
        request=row, fields=named, note=begun.note, returned_by=actor, at=begun.at, answers_before=before
    )
    row.return_count += 1
    add_note_of(begun)
    finish(begun, responds=True, changes={"fields": named})
    tell_people(requester_side(row, begun.at), "returned", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def ask_requester(
    *, request: Request, actor: Person, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Ask the requester something; the clock rests until the answer."""
    begun = begin(request=request, verb="ask", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.request
    add_note_of(begun)
    row = finish(begun, responds=True)
    tell_people(requester_side(row, begun.at), "asked", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def resume(*, request: Request, actor: Person, version: int | None = None, at: datetime | None = None) -> Request:
    """Go on without the answer or correction, after a phone call say, or when somebody outside has done their part.

    What was waited for is settled.
    """
    begun = begin(request=request, verb="resume", actor=actor, at=at, version=version)
    if begun.repeated:
        return begun.request
    settle_return(begun.request, begun.at)
    settle_wait(begun.request, begun.at)
    return finish(begun)


def settle_return(request: Request, at: datetime) -> None:
    """No correction is waited for any more."""
    request.returns.filter(corrected_at__isnull=True).update(corrected_at=at)


@transaction.atomic
def set_due(
    *,
    request: Request,
    actor: Person,
    due_at: datetime,
    reason: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Give a running request a new due time, with a reason the requester reads; a line in the clock's ledger.

    A moment outside working time counts as the last working moment before it. Raises PermissionDenied, Changed,
    UnableToSetDue.
    """
    at, row, reason = at or now(), lock(request), reason.strip()
    acting = capacity(actor, row, Who.DIRECTOR, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    check_version(row, version)
    if not can_set_due(actor, row, at):
        raise UnableToSetDue(_("Only a request that the office is working on can be given a new date."))
    if not reason or due_at <= at:
        raise UnableToSetDue(_("Give a moment in the future, and the reason."))
    before = row.due_at
    add_clock_entry(row, kind=ClockKind.SET_DUE, at=at, reason=reason, new_due_at=due_at)
    touch(row, at=at)
    changes = {"due_at": [before and before.isoformat(), row.due_at and row.due_at.isoformat()]}
    record(actor=actor, on_behalf_of=acting.on_behalf_of, verb="set_due", obj=row, changes=changes, note=reason, at=at)
    told = [*requester_side(row, at), row.handler]
    tell_people(told, "due_changed", request=row, actor=actor, at=at, note=reason)
    tell_watchers(row, "set_due", actor=actor, at=at, note=reason, besides=told)
    return row
