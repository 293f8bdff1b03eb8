"""How pressing a request is. What follows for its targets is decided here and nowhere else."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import OPEN_STATES, Priority, Who
from apps.servicedesk.models import Request
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.errors import UnableToMove
from apps.servicedesk.services.moving import lock, touch


class UnableToSetPriority(UnableToMove):
    pass


@transaction.atomic
def set_priority(
    *, request: Request, priority: int, actor: Person, note: str = "", at: datetime | None = None
) -> Request:
    """Make an open request urgent or normal; the state stays. The same again changes nothing.

    Raises PermissionDenied, UnableToSetPriority (closed).
    """
    at, row = at or now(), lock(request)
    acting = capacity(actor, row, Who.HANDLER, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    if row.priority == priority:
        return row
    if row.state not in OPEN_STATES:
        raise UnableToSetPriority(_("This request is closed; nothing about it is pressing any more."))
    changes = {"priority": [row.priority, Priority(priority).value]}
    row.priority = priority
    touch(row, at=at)
    record(
        actor=actor,
        on_behalf_of=acting.on_behalf_of,
        verb="set_priority",
        obj=row,
        changes=changes,
        note=note.strip(),
        internal=True,
        at=at,
    )
    return row
