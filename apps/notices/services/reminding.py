"""Start the reminders that have fallen due: one message a day for each person, however many notices are open."""

import zlib
from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.delivery.enums import FAILED_STATES, DeliveryState, Queue
from apps.delivery.models import Message
from apps.delivery.quiet import within_mail_hours
from apps.delivery.services import create_message
from apps.journal.services import record
from apps.notices import ladder, reminders
from apps.notices.enums import NoticeClass, RoundKind, Skipped
from apps.notices.mail_texts import joint_reminder_texts, reminder_texts
from apps.notices.managers import RUNNING
from apps.notices.models import DailyReminder, Notice, Obligation, ReminderStep, Round
from apps.notices.services.nudges import nudge
from apps.notices.services.putting_back import Due, put_back, stopped_rounds
from apps.notices.services.rounds import reminder_number, wants_reminders
from apps.notices.services.steps import complete_steps

MAX_SETS = 50  # different lists of notices in one sweep; rarer ones are reminded of their most urgent notice
LOCK = zlib.crc32(b"notices.remind")

# Who is open in which of the due notices, one row a person; who has a message of this day already is left alone, whose
# row still waits for one (a message was stopped) gets the due notices into it. Not on the day on which the person was
# first told of what is asked (`fresh`). A later part of a step is for those whom the part before left out, so for
# nobody who joined since.
GATHER = """
WITH fresh AS MATERIALIZED (
    SELECT round.notice_id, sent.person_id FROM notices_reminderstep step
    JOIN notices_notice notice ON notice.id = step.notice_id
    JOIN notices_round round ON round.notice_id = notice.id AND round.edition >= notice.counts_from
     AND round.kind <> 'reminder'
    JOIN delivery_delivery sent ON sent.message_id = round.message_id
    WHERE step.id = ANY(%(steps)s) AND sent.person_id IS NOT NULL AND sent.channel <> 'portal'
      AND sent.state <> ALL(%(came_to_nothing)s)
      AND NOT (sent.state = 'held' AND starts_with(sent.held_reason, 'suppressed:'))
    GROUP BY round.notice_id, sent.person_id
    HAVING min(coalesce(sent.handed_off_at, sent.on_wire_at, sent.not_before)) >= %(today)s
)
INSERT INTO notices_dailyreminder (person_id, day, notices)
SELECT owed.person_id, %(day)s, array_agg(owed.notice_id ORDER BY owed.notice_id)
FROM notices_obligation owed JOIN notices_reminderstep step ON step.notice_id = owed.notice_id
WHERE step.id = ANY(%(steps)s) AND owed.is_open
  AND (step.part = 0 OR (owed.created_at <= step.created_at
                         AND (owed.reminded_at IS NULL OR owed.reminded_at < step.created_at)))
  AND (owed.notice_id, owed.person_id) NOT IN (SELECT notice_id, person_id FROM fresh)
GROUP BY owed.person_id
ON CONFLICT (person_id, day) DO UPDATE SET notices = (
    SELECT array_agg(DISTINCT key ORDER BY key) FROM unnest(notices_dailyreminder.notices || excluded.notices) AS key
) WHERE notices_dailyreminder.message_id IS NULL
"""
SETS = """
SELECT notices FROM notices_dailyreminder WHERE day = %s AND message_id IS NULL
GROUP BY notices ORDER BY cardinality(notices) > 1, count(*) DESC, notices
"""
SHORTEN = """
UPDATE notices_dailyreminder row SET notices = ARRAY[(
    SELECT id FROM notices_notice WHERE id = ANY(row.notices) ORDER BY acknowledge_by NULLS LAST, id LIMIT 1)]
WHERE day = %s AND message_id IS NULL AND cardinality(notices) > 1 AND notices::text <> ALL(%s)
"""
COUNT_UP = """
UPDATE notices_obligation owed SET reminders = owed.reminders + 1, reminded_at = %s FROM notices_dailyreminder row
WHERE row.message_id = %s AND owed.person_id = row.person_id AND owed.notice_id = %s AND owed.is_open
"""


def plan_reminders(at: datetime) -> int:
    """Start what has fallen due; gives the number of rounds. Safe to run twice. Nothing outside working hours, but for
    those whose message of the day was stopped because one of its notices changed.

    Only for what must be known or acknowledged, and only to those still open.
    """
    complete_steps(at)
    working = office_time()
    try:
        is_working = working.is_working(at)
    except CalendarYearMissing:  # complete_steps has told the log
        is_working = False
    return _start_due(working, at, is_working=is_working)


@transaction.atomic
def _start_due(working: WorkingTime, at: datetime, *, is_working: bool) -> int:
    """All in one transaction, so that who is open in several notices is seen once; a second sweep at once leaves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    stopped = stopped_rounds(at)
    if not stopped and not is_working:
        return 0
    day = working.day(within_mail_hours(at, working, working_days_only=True))  # on which a reminder planned now leaves
    due = put_back(stopped, day, at)
    steps = _claim(at) if is_working else {}
    if steps:
        _gather(steps, working, day)
        due |= {key: Due(step.notice, step.due_at) for key, step in steps.items()}
    if not due:
        return 0
    started = 0
    for keys in _sets(day):
        count = _start([due[key] for key in keys], keys, day, at)
        for key in steps.keys() & set(keys):
            steps[key].people = (steps[key].people or 0) + count
        started += len(keys)
    for step in steps.values():
        _finish(step, working, day, at)
    return started


def _gather(steps: dict[int, ReminderStep], working: WorkingTime, day: date) -> None:
    values = {
        "day": day,
        "steps": [step.pk for step in steps.values()],
        "came_to_nothing": [*FAILED_STATES, DeliveryState.CANCELLED],
        "today": datetime.combine(day, time(0), working.zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(GATHER, values)


def _claim(at: datetime) -> dict[int, ReminderStep]:
    """The step to send of each notice, with the notice's row held. Earlier ones that were missed are not made up."""
    due = ReminderStep.objects.filter(due_at__lte=at, done_at__isnull=True, notice__fanned_out_at__isnull=False)
    keys = sorted(set(due.values_list("notice_id", flat=True)))
    held = Notice.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk__in=keys)
    found = {notice.pk: notice for notice in held.select_related("unit").order_by("pk")}
    rows = due.filter(notice__in=found).select_for_update(skip_locked=True, of=("self",))
    chosen: dict[int, ReminderStep] = {}
    # A step for everybody stands above the rest of an earlier one, which is for those only whom that left out.
    for step in sorted(rows, key=lambda step: (step.part == 0, step.due_at, step.pk)):
        step.notice = found[step.notice_id]
        missed = chosen.get(step.notice_id)
        if missed:
            _skip(missed, Skipped.MISSED, at)
        chosen[step.notice_id] = step
    for step in list(chosen.values()):
        if step.notice.state not in RUNNING or step.notice.is_over(at) or not wants_reminders(step.notice):
            _skip(chosen.pop(step.notice_id), Skipped.OVER, at)
    return chosen


def _skip(step: ReminderStep, why: Skipped, at: datetime) -> None:
    ReminderStep.objects.filter(pk=step.pk).update(done_at=at, skipped=why)


def _sets(day: date) -> list[list[int]]:
    """The different lists of notices that are to be sent; too many are cut down to single notices."""
    with connection.cursor() as cursor:
        cursor.execute(SETS, [day])
        found = [keys for (keys,) in cursor.fetchall()]
        joint = [keys for keys in found if len(keys) > 1]
        if len(joint) <= MAX_SETS:
            return found
        kept = ["{" + ",".join(map(str, keys)) + "}" for keys in joint[:MAX_SETS]]
        cursor.execute(SHORTEN, [day, kept])
        cursor.execute(SETS, [day])
        return [keys for (keys,) in cursor.fetchall()]


def _start(due: Sequence[Due], keys: Sequence[int], day: date, at: datetime) -> int:
    """One message for the people who are open in exactly these notices, and a round of each notice that shares it;
    gives the number of people.
    """
    rows = DailyReminder.objects.filter(day=day, notices=list(keys), message__isnull=True)
    message = _message(due, at)
    count = rows.update(message=message)
    for notice, planned_for in due:
        number = notice.rounds.aggregate(last=Max("number"))["last"] + 1
        row = Round.objects.create(
            notice=notice,
            number=number,
            kind=RoundKind.REMINDER,
            edition=notice.edition,
            channel=ladder.rungs(notice)[0][0],
            message=message,
            planned_for=planned_for,
            recipient_count=count,
            created_at=at,
        )
        with connection.cursor() as cursor:
            cursor.execute(COUNT_UP, [at, message.pk, notice.pk])
        record(actor=None, verb="reminded", obj=notice, changes={"round": number, "people": count}, at=at)
        nudge("notices.complete_round", row.pk, queue=Queue.REMINDER)
    return count


def _message(due: Sequence[Due], at: datetime) -> Message:
    """A message of several ends with the first of its notices: its words would be wrong from then on (putting_back)."""
    notices = [each.notice for each in due]
    if len(notices) == 1:
        texts = reminder_texts(notices[0], number=reminder_number(*due[0]), at=at)
        url = reverse("notices:read", args=[notices[0].pk])
    else:
        texts, url = joint_reminder_texts(notices, at=at), reverse("notices:inbox")
    must = any(notice.notice_class == NoticeClass.MANDATORY for notice in notices)
    return create_message(
        source=f"notices.notice:{notices[0].pk}",
        texts=texts,
        message_class=NoticeClass.MANDATORY if must else NoticeClass.OPTIONAL,
        queue=Queue.REMINDER,
        target_url=url,
        expires_at=min((notice.expires_at for notice in notices if notice.expires_at), default=None),
        at=at,
    )


def _finish(step: ReminderStep, working: WorkingTime, day: date, at: datetime) -> None:
    """The step is done. Whom the one message of the day, or having been told that day only, left out gets it on the
    next working day: a row says so.
    """
    first = at if step.part == 0 else step.created_at
    left = Obligation.objects.owed().filter(notice=step.notice_id, created_at__lte=first)
    left = left.exclude(reminded_at__gte=first)
    is_left = left.exists()
    step.done_at = at
    if not step.people:
        has_other = DailyReminder.objects.filter(day=day, person__in=left.values("person"))
        step.skipped = Skipped.NOBODY if not is_left else Skipped.TODAY if has_other.exists() else Skipped.FRESH
    step.save(update_fields=["done_at", "people", "skipped"])
    if is_left:
        ReminderStep.objects.create(
            notice_id=step.notice_id,
            edition=step.edition,
            days=step.days,
            part=step.part + 1,
            due_at=reminders.next_working_opening(at, working),
            created_at=first,
        )
