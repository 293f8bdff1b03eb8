"""The reminders of a notice as rows: written when its words go out, and completed when a calendar year is there."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Count, F, Q

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.notices import reminders
from apps.notices.enums import Escalation, RoundKind, Skipped
from apps.notices.models import Notice, ReminderStep
from apps.notices.services.rounds import wants_reminders

log = structlog.get_logger(__name__)


def plan_steps(notice: Notice, *, at: datetime) -> int:
    """Write the steps of the present edition, which goes out `at`; what an earlier one planned is left out from now on.

    In the caller's transaction, which holds the notice's row. Gives the number of new rows.
    """
    earlier = notice.reminder_steps.filter(edition__lt=notice.edition, done_at__isnull=True)
    earlier.update(done_at=at, skipped=Skipped.CHANGED)
    if notice.counts_from == notice.edition:  # everybody is asked anew
        asked = notice.obligations.filter(escalation__gt=Escalation.NONE)
        asked.update(escalation=Escalation.NONE, escalated_at=None)
    return _write(notice, office_time(), since=at, at=at) if wants_reminders(notice) else 0


def complete_steps(at: datetime) -> int:
    """Write what is missing for running notices (a year was not loaded, or they are older than the rows)."""
    working = office_time()
    present = Count("reminder_steps", filter=Q(reminder_steps__edition=F("edition"), reminder_steps__part=0))
    made = 0
    for notice in Notice.objects.running().annotate(present=present).order_by("pk"):
        if wants_reminders(notice) and notice.present < len(reminders.wanted_days(notice)):
            made += _complete(notice.pk, working, at)
    return made


@transaction.atomic
def _complete(notice_id: int, working: WorkingTime, at: datetime) -> int:
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice_id)
    edition = notice.editions.filter(number=notice.edition).first()
    return _write(notice, working, since=edition.published_at if edition else notice.published_at, at=at)


def _write(notice: Notice, working: WorkingTime, *, since: datetime, at: datetime) -> int:
    """Rows that are there stay. One whose year has no calendar is left for the sweep, and logged."""
    last = notice.rounds.filter(kind=RoundKind.REMINDER, started_by=None).order_by("-planned_for").first()
    there = set(notice.reminder_steps.filter(edition=notice.edition).values_list("days", flat=True))
    rows = []
    for days in reminders.wanted_days(notice):
        if days in there:
            continue
        try:
            found = reminders.moment(notice, days, working, since)
        except CalendarYearMissing as error:
            log.error("calendar_year_missing", notice=notice.pk, year=error.year)
            continue
        is_done = found.skipped or (last and last.planned_for >= found.due_at)
        rows.append(
            ReminderStep(
                notice=notice,
                edition=notice.edition,
                days=days,
                due_at=found.due_at,
                skipped=found.skipped,
                done_at=at if is_done else None,
                created_at=at,
            )
        )
    return len(ReminderStep.objects.bulk_create(rows, ignore_conflicts=True))
