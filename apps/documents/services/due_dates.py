"""When a registered paper is due: counted at registration, again when its line is put right, and where no calendar
was there, each night.
"""

from collections.abc import Callable
from datetime import date, datetime, time

import structlog
from django.db import transaction
from django.utils import timezone

from apps.core.calendar import CalendarYearMissing, current_version, working_time
from apps.core.clock import now
from apps.core.models import CalendarVersion
from apps.documents.deadlines import due_for
from apps.documents.models import Document
from apps.documents.services.handling import check_extension
from apps.documents.services.locking import lock, touch
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person

NOON = time(12)
log = structlog.get_logger(__name__)


def version_now() -> CalendarVersion | None:
    try:
        return current_version()
    except CalendarVersion.DoesNotExist:
        return None


def received_moment(day: date | None, at: datetime) -> datetime:
    """Today: now. Of a day before, whose hour nobody wrote down: the end of its working time, or its noon."""
    if day is None or day == timezone.localtime(at).date():
        return at
    version = version_now()
    noon = timezone.make_aware(datetime.combine(day, NOON))
    if version is None:
        return noon
    working = working_time(version.pk)
    return counted(lambda: working.end_of_day(day) if working.is_working_day(day) else noon) or noon


def first_due(row: Document) -> datetime | None:
    """What the urgency gives, or the end of the day until which the sender wants an answer, whichever is earlier. Of
    two dates the one that can be counted stands, also where the calendar has no year for the other.
    """
    dates = [counted(lambda: due_for(row, row.incoming.received_at)), counted(lambda: wanted_due(row))]
    return min((due for due in dates if due), default=None)


def counted(count: Callable[[], datetime | None]) -> datetime | None:
    try:
        return count()
    except CalendarYearMissing:
        return None


def wanted_due(row: Document) -> datetime | None:
    day = row.incoming.answer_until
    if not day or not row.calendar_version:
        return None
    working = working_time(row.calendar_version_id)
    return working.end_of_day(day if working.is_working_day(day) else working.next_working_day(day, -1))


def own_due(row: Document) -> Entry | None:
    """Who set the date that stands by hand, and why; None: it was counted."""
    rows = Entry.objects.about(row).filter(verb="doc_due").order_by("-at", "-pk")
    last = rows.first() if row.due_at else None
    after = (last.changes.get("due_at") or [None, None])[1] if last else None
    return last if after and datetime.fromisoformat(after) == row.due_at else None


def count_anew(
    row: Document, *, may_extend: bool, reason: str, actor: Person, on_behalf_of: Person | None, at: datetime
) -> None:
    """After the line was put right, on the locked row, not saved. A date that was set by hand stays; a later one is
    more time, and given as such. Raises UnableToMove.
    """
    if own_due(row):
        return
    before, due = row.due_at, first_due(row)
    if due == before:
        return
    if before and (due is None or due > before):
        check_extension(row, may_extend, at)
    row.due_at = due
    note_counted(row, before, reason=reason, actor=actor, on_behalf_of=on_behalf_of, at=at)


def note_counted(
    row: Document,
    before: datetime | None,
    *,
    at: datetime,
    reason: str = "",
    actor: Person | None = None,
    on_behalf_of: Person | None = None,
) -> None:
    changes = {"due_at": [each.isoformat() if each else None for each in (before, row.due_at)]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_counted", obj=row, changes=changes, note=reason, at=at)


def count_missing(*, at: datetime | None = None) -> int:
    """Open papers in the register without a due date, as the calendar had no year for it: counted by the calendar of
    today. Gives how many have one now. Safe to repeat.
    """
    at = at or now()
    rows = Document.objects.incoming().open().filter(due_at__isnull=True, urgency__isnull=False).exclude(number="")
    found = sum(count_one(row, at) for row in list(rows.only("pk").order_by("pk")))
    log.info("document_due_dates_counted", count=found)
    return found


@transaction.atomic
def count_one(document: Document, at: datetime) -> bool:
    row, version = lock(document), version_now()
    if row.due_at or not row.is_open or version is None:
        return False
    row.calendar_version = version
    row.due_at = first_due(row)
    if row.due_at is None:
        return False
    touch(row, at=at)
    note_counted(row, None, at=at)
    return True
