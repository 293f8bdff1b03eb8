"""After the last reminder: who is still open goes to the unit secretary, and a working day later to the director.

Acknowledging takes a person off: every list asks for what is still open. Optional notices never come here.
"""

from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from apps.core.calendar import CalendarYearMissing, office_time
from apps.notices.enums import Escalation, NoticeClass
from apps.notices.models import Notice, Obligation, ReminderStep
from apps.notices.reminders import AFTER_OPENING
from apps.notices.services.letters import write_to_secretaries

CHUNK = 5_000

# A person's unit has a secretary when one holds that post there or in a unit above; nobody is one's own secretary.
RAISE = """
UPDATE notices_obligation owed SET escalated_at = %s, escalation = CASE WHEN EXISTS (
    SELECT 1 FROM people_post own JOIN people_unit unit ON unit.id = own.unit_id
    JOIN people_unit above ON starts_with(unit.path, above.path)
    JOIN people_post held ON held.unit_id = above.id AND held.role = 'unit_secretary'
     AND held.person_id <> own.person_id
    JOIN people_person secretary ON secretary.id = held.person_id AND secretary.is_active
    WHERE own.person_id = owed.person_id
      AND own.valid_from <= %s AND (own.valid_to IS NULL OR own.valid_to >= %s)
      AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to >= %s)
) THEN 1 ELSE 2 END
WHERE owed.id IN (
    SELECT id FROM notices_obligation WHERE notice_id = %s AND is_open AND escalation = 0
    ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
"""


def escalate(at: datetime) -> int:
    """Raise what has waited long enough, then write to the secretaries. Gives the number of people raised.

    Only in working hours, safe to run twice; a year without a calendar raises nothing.
    """
    working = office_time()
    try:
        if not working.is_working(at):
            return 0
        today = working.day(at)
        latest = working.end_of_day(working.next_working_day(today, -1))
        earliest_open = working.end_of_day(working.next_working_day(today, -settings.ESCALATE_AFTER_DAYS))
        if at < working.spans(today)[0][0] + AFTER_OPENING:
            return 0
    except CalendarYearMissing:
        return 0
    raised = sum(_raise(key, today, at) for key in _to_raise(latest, at))
    raised += _to_director(earliest_open, at)
    write_to_secretaries(working, at)
    return raised


def _to_raise(latest: datetime, at: datetime) -> list[int]:
    """Running notices whose day is over and whose last reminder was due at `latest` or before."""
    steps = ReminderStep.objects.filter(notice=OuterRef("pk"), edition=OuterRef("edition"))
    waiting = steps.filter(Q(done_at__isnull=True) | Q(due_at__gt=latest))
    over = Q(acknowledge_by__isnull=True) | Q(acknowledge_by__lt=at)
    notices = Notice.objects.running().filter(over, Exists(steps), ~Exists(waiting), fanned_out_at__isnull=False)
    notices = notices.filter(Exists(Obligation.objects.owed().filter(notice=OuterRef("pk"), escalation=0)))
    ended = Q(expires_at__isnull=False, expires_at__lte=at)
    return list(notices.exclude(ended).exclude(notice_class=NoticeClass.OPTIONAL).values_list("pk", flat=True))


def _raise(notice_id: int, today: date, at: datetime) -> int:
    total, changed = 0, CHUNK
    while changed == CHUNK:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RAISE, [at, today, today, today, today, notice_id, CHUNK])
            changed = cursor.rowcount
        total += changed
    return total


def _to_director(before: datetime, at: datetime) -> int:
    """What was with the secretary for the working days of the setting; `escalated_at` stays, it says since when."""
    rows = Obligation.objects.owed().filter(escalation=Escalation.SECRETARY, escalated_at__lte=before)
    rows = rows.filter(notice__in=Notice.objects.running())
    total = 0
    while True:
        with transaction.atomic():
            keys = list(
                rows.order_by("pk")
                .select_for_update(skip_locked=True, of=("self",))
                .values_list("pk", flat=True)[:CHUNK]
            )
            total += Obligation.objects.filter(pk__in=keys).update(escalation=Escalation.DIRECTOR)
        if len(keys) < CHUNK:
            return total
