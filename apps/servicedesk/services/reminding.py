"""What is late is told to its handler, to who is asked for a decision and to the director, once a working day."""

from datetime import datetime

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.journal.models import Entry
from apps.journal.services import record
from apps.servicedesk.figures import start_of
from apps.servicedesk.models import Request
from apps.servicedesk.services.escalating import speaks_when_due
from apps.servicedesk.services.telling import directors, owing_side, tell_people

LIMIT = 200
VERB = "overdue_told"
log = structlog.get_logger(__name__)


def tell_overdue(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Tell of late requests that were not told of today, the latest first; gives how many. Silent outside office hours.

    Services with rules of their own for what is late (services.escalating) are left to them.

    Late is read from the due time: when this job does not run, nobody is told, but every list and figure is right.
    """
    at = at or now()
    working = office_time()
    try:
        if not working.is_working(at):
            return 0
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return 0
    told_today = Entry.objects.filter(
        subject_type=ContentType.objects.get_for_model(Request),
        subject_id=OuterRef("pk"),
        verb=VERB,
        at__gte=start_of(working, working.day(at)),
    )
    late = Request.objects.overdue(at).exclude(Exists(told_today)).exclude(speaks_when_due()).order_by("due_at", "pk")
    return sum(tell_one(pk, late, at) for pk in list(late.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def tell_one(pk: int, late: QuerySet, at: datetime) -> bool:
    """Lock the row and look again: another sweep may have told of it, or somebody finished it."""
    row = late.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    record(actor=None, verb=VERB, obj=row, internal=True, at=at)
    tell_people([*owing_side(row, at), *directors(row)], "overdue", request=row, actor=None, at=at)
    return True
