"""Time spent on a request, where its service asks for it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import Request, TimeSpent
from apps.servicedesk.rules import can_spend_time
from apps.servicedesk.services.errors import UnableToMove
from apps.servicedesk.services.moving import lock


@transaction.atomic
def spend_time(*, request: Request, actor: Person, minutes: int, word: str, at: datetime | None = None) -> TimeSpent:
    """Write down minutes; the sum of a request never falls below nothing. Forms that are open elsewhere stay good.

    Raises PermissionDenied, UnableToMove (the service does not ask for it, or more is taken back than was written).
    """
    at, row = at or now(), lock(request)
    if not can_spend_time(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    if not minutes or not word.strip():
        raise UnableToMove(_("Write the minutes and what they were for."))
    if minutes_of(row) + minutes < 0:
        raise UnableToMove(_("So many minutes were not written down."))
    spent = TimeSpent.objects.create(request=row, person=actor, minutes=minutes, word=word.strip(), at=at)
    record(actor=actor, verb="time", obj=row, changes={"minutes": minutes}, note=word.strip(), internal=True, at=at)
    return spent


def minutes_of(request: Request) -> int:
    return request.times.aggregate(total=Sum("minutes"))["total"] or 0
