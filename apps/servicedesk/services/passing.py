"""Passing a request to another unit (轉交): it belongs there, or the one that has it cannot do it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person, Post, Unit
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Request
from apps.servicedesk.rules import can_pass_on, capacity, refusal
from apps.servicedesk.services.errors import UnableToPassOn
from apps.servicedesk.services.moving import check_version, lock, touch
from apps.servicedesk.services.telling import handler_side, requester_side, tell_people, tell_watchers


def handling_units() -> QuerySet:
    """Units that handle requests: they have a clerk today."""
    clerks = Post.objects.current().filter(role=Role.CLERK, unit=OuterRef("pk"), person__is_active=True)
    return Unit.objects.filter(Exists(clerks), is_active=True)


@transaction.atomic
def pass_on(
    *, request: Request, actor: Person, unit: Unit, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Give the request to `unit`, where nobody in particular has it yet; state, clock and what was promised go on. The
    requester reads why.

    To the unit that has it changes nothing. Raises PermissionDenied, Changed, UnableToPassOn.
    """
    at, row, note = at or now(), lock(request), note.strip()
    acting = capacity(actor, row, Who.HANDLER, at)
    if acting is None:
        raise PermissionDenied(refusal(actor, row, Who.HANDLER))
    if row.unit_id == unit.pk:
        return row
    check_version(row, version)
    check_passable(row, actor, unit, note, at)
    before, had = row.unit, row.handler
    row.unit, row.handler = unit, None
    touch(row, at=at)
    changes = {
        "unit": [before.pk, unit.pk],
        "unit_name": [str(before), str(unit)],
        "handler": [had and had.pk, None],
        "handler_name": [had.name if had else "", ""],
    }
    record(actor=actor, on_behalf_of=acting.on_behalf_of, verb="pass_on", obj=row, changes=changes, note=note, at=at)
    there, others = handler_side(row, at), [*requester_side(row, at), had]
    tell_people(there, "passed_here", request=row, actor=actor, at=at, note=note)
    tell_people([each for each in others if each not in there], "passed_on", request=row, actor=actor, at=at, note=note)
    tell_watchers(row, "pass_on", actor=actor, at=at, note=note, besides=[*there, *others])
    return row


def check_passable(row: Request, actor: Person, unit: Unit, note: str, at: datetime) -> None:
    """Raises UnableToPassOn."""
    if row.is_open and not can_pass_on(actor, row, at):
        raise UnableToPassOn(_("This waits for a decision. Take it back from approval first."))
    if not row.is_open:
        raise UnableToPassOn(_("This request is closed; nobody needs to have it."))
    if not note:
        raise UnableToPassOn(_("Write down why: the other side reads it."))
    if not handling_units().filter(pk=unit.pk).exists():
        raise UnableToPassOn(_("Nobody in %(unit)s handles requests.") % {"unit": unit})
