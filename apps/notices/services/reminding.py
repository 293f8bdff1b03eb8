"""Start the reminders that have fallen due: one message a day for each person, however many notices are open."""

import zlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.delivery.enums import Queue
from apps.delivery.models import Message
from apps.delivery.services import create_message
from apps.journal.services import record
from apps.notices import reminders
from apps.notices.enums import NoticeClass, RoundKind, Skipped
from apps.notices.mail_texts import joint_reminder_texts, reminder_texts
from apps.notices.managers import RUNNING
from apps.notices.models import DailyReminder, Notice, Obligation, ReminderStep, Round
from apps.notices.services.nudges import nudge
from apps.notices.services.rounds import wants_reminders
from apps.notices.services.steps import complete_steps

MAX_SETS = 50  # different lists of notices in one sweep; rarer ones are reminded of their most urgent notice
LOCK = zlib.crc32(b"notices.remind")

# Who is open in which of the due notices, one row a person; who has the row of this day already is left alone.
# A later part of a step is for those whom the part before left out.
GATHER = """
INSERT INTO notices_dailyreminder (person_id, day, notices)
SELECT owed.person_id, %s, array_agg(owed.notice_id ORDER BY owed.notice_id)
FROM notices_obligation owed JOIN notices_reminderstep step ON step.notice_id = owed.notice_id
WHERE step.id = ANY(%s) AND owed.is_open
  AND (step.part = 0 OR owed.reminded_at IS NULL OR owed.reminded_at < step.created_at)
GROUP BY owed.person_id ON CONFLICT (person_id, day) DO NOTHING
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
    """Start what has fallen due; gives the number of rounds. Safe to run twice. Nothing outside working hours.

    Only for what must be known or acknowledged, and only to those still open.
    """
    complete_steps(at)
    working = office_time()
    try:
        return _start_due(working, at) if working.is_working(at) else 0
    except CalendarYearMissing:  # complete_steps has told the log
        return 0


@transaction.atomic
def _start_due(working: WorkingTime, at: datetime) -> int:
    """All in one transaction, so that who is open in several notices is seen once; a second sweep at once leaves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    steps = _claim(at)
    if not steps:
        return 0
    day = working.day(at)
    with connection.cursor() as cursor:
        cursor.execute(GATHER, [day, [step.pk for step in steps.values()]])
    started = sum(_start(keys, steps, day, at) for keys in _sets(day))
    for step in steps.values():
        _finish(step, working, at)
    return started


def _claim(at: datetime) -> dict[int, ReminderStep]:
    """The step to send of each notice, with the notice's row held. Earlier ones that were missed are not made up."""
    due = ReminderStep.objects.filter(due_at__lte=at, done_at__isnull=True, notice__fanned_out_at__isnull=False)
    keys = sorted(set(due.values_list("notice_id", flat=True)))
    held = Notice.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk__in=keys)
    found = {notice.pk: notice for notice in held.select_related("unit").order_by("pk")}
    rows = due.filter(notice__in=found).select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
    chosen: dict[int, ReminderStep] = {}
    for step in rows:
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


def _start(keys: Sequence[int], steps: dict[int, ReminderStep], day: date, at: datetime) -> int:
    """One message for the people who are open in exactly these notices, and a round of each notice that shares it."""
    notices = [steps[key].notice for key in keys]
    rows = DailyReminder.objects.filter(day=day, notices=list(keys), message__isnull=True)
    message = _message(notices, at)
    count = rows.update(message=message)
    for notice in notices:
        number = notice.rounds.aggregate(last=Max("number"))["last"] + 1
        row = Round.objects.create(
            notice=notice,
            number=number,
            kind=RoundKind.REMINDER,
            edition=notice.edition,
            message=message,
            planned_for=steps[notice.pk].due_at,
            recipient_count=count,
            created_at=at,
        )
        with connection.cursor() as cursor:
            cursor.execute(COUNT_UP, [at, message.pk, notice.pk])
        record(actor=None, verb="reminded", obj=notice, changes={"round": number, "people": count}, at=at)
        nudge("notices.complete_round", row.pk, queue=Queue.REMINDER)
        steps[notice.pk].people = (steps[notice.pk].people or 0) + count
    return len(notices)


def _message(notices: list[Notice], at: datetime) -> Message:
    one = notices[0] if len(notices) == 1 else None
    if one:
        number = one.rounds.filter(kind=RoundKind.REMINDER).count() + 1
        texts, url, ends = (
            reminder_texts(one, number=number, at=at),
            reverse("notices:read", args=[one.pk]),
            one.expires_at,
        )
    else:
        ends = [notice.expires_at for notice in notices]
        texts, url, ends = (
            joint_reminder_texts(notices, at=at),
            reverse("notices:inbox"),
            None if None in ends else max(ends),
        )
    must = any(notice.notice_class == NoticeClass.MANDATORY for notice in notices)
    return create_message(
        source=f"notices.notice:{notices[0].pk}",
        texts=texts,
        message_class=NoticeClass.MANDATORY if must else NoticeClass.OPTIONAL,
        queue=Queue.REMINDER,
        target_url=url,
        expires_at=ends,
        at=at,
    )


def _finish(step: ReminderStep, working: WorkingTime, at: datetime) -> None:
    """The step is done. Whom the one message of the day left out gets it on the next working day: a row says so."""
    left = Obligation.objects.owed().filter(notice=step.notice_id)
    left = left.exclude(reminded_at__gte=at if step.part == 0 else step.created_at).exists()
    step.done_at = at
    step.skipped = "" if step.people else Skipped.TODAY if left else Skipped.NOBODY
    step.save(update_fields=["done_at", "people", "skipped"])
    if left:
        ReminderStep.objects.create(
            notice_id=step.notice_id,
            edition=step.edition,
            days=step.days,
            part=step.part + 1,
            due_at=reminders.next_working_opening(at, working),
            created_at=at if step.part == 0 else step.created_at,
        )
