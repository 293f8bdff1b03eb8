"""A reminder of several notices that was stopped, because one of them changed or is over. To whom it had not left is
reminded of the others by another message, on the same day; to whom it left is left alone.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Count

from apps.delivery.enums import WEAK_CHANNELS, DeliveryState, EvidenceKind
from apps.notices.enums import RoundKind
from apps.notices.managers import RUNNING
from apps.notices.models import DailyReminder, Notice, Round

LOOK_BACK = timedelta(days=7)  # what waited longer than this in the outbox is the business of the next reminder


class Due(NamedTuple):
    """A notice to remind of, and the moment for which that was planned."""

    notice: Notice
    planned_for: datetime


# Whose message of these was cancelled and cannot have left: the row of the day waits for a new message, of those of its
# notices that still run with the words it had and are open; the counts of what did not leave are taken back. A row of
# an earlier day moves to this one, unless the person has one here.
PUT_BACK = """
WITH unsure AS MATERIALIZED (
    SELECT delivery_id FROM delivery_evidence
    WHERE message_id = ANY(%(messages)s) AND kind = %(unsure)s AND delivery_id IS NOT NULL
), gone AS MATERIALIZED (
    SELECT message_id, person_id FROM delivery_delivery
    WHERE message_id = ANY(%(messages)s) AND state = %(cancelled)s AND handed_off_at IS NULL
      AND channel <> ALL(%(weak)s) AND id NOT IN (SELECT delivery_id FROM unsure)
), stopped AS (
    SELECT row.id, row.person_id, row.message_id, row.day, row.notices, ARRAY(
        SELECT owed.notice_id FROM notices_obligation owed
        JOIN notices_round round ON round.message_id = row.message_id AND round.notice_id = owed.notice_id
        JOIN notices_notice notice ON notice.id = owed.notice_id AND notice.edition = round.edition
        WHERE owed.person_id = row.person_id AND owed.is_open
         AND notice.state = ANY(%(running)s) AND (notice.expires_at IS NULL OR notice.expires_at > %(at)s)
        ORDER BY owed.notice_id
    ) AS others
    FROM notices_dailyreminder row
    WHERE row.message_id = ANY(%(messages)s)
      AND ((row.message_id, row.person_id) IN (SELECT message_id, person_id FROM gone)) IS TRUE
    ORDER BY row.id FOR NO KEY UPDATE OF row
), fewer AS (
    UPDATE notices_round round SET recipient_count = greatest(round.recipient_count - counted.people, 0), ways = (
        SELECT coalesce(jsonb_object_agg(left_by.channel, left_by.people), '{}')
        FROM (SELECT channel, count(*) AS people FROM delivery_delivery sent
              WHERE sent.message_id = round.message_id AND sent.state <> %(cancelled)s
               AND sent.channel <> ALL(%(weak)s) GROUP BY channel) left_by
    ) || jsonb_strip_nulls(jsonb_build_object('none', round.ways->'none'))
    FROM (SELECT message_id, count(*) AS people FROM stopped GROUP BY message_id) counted
    WHERE round.message_id = counted.message_id
), not_reminded AS (
    UPDATE notices_obligation owed SET reminders = greatest(owed.reminders - 1, 0) FROM stopped
    WHERE owed.person_id = stopped.person_id AND owed.notice_id = ANY(stopped.notices)
), placed AS (
    SELECT stopped.*, row_number() OVER (PARTITION BY person_id ORDER BY day DESC) = 1
        AND (day = %(day)s OR NOT EXISTS (
            SELECT 1 FROM notices_dailyreminder other WHERE other.person_id = stopped.person_id AND other.day = %(day)s
        )) AS is_free FROM stopped
)
UPDATE notices_dailyreminder row SET message_id = NULL,
       day = CASE WHEN placed.is_free THEN %(day)s ELSE row.day END,
       notices = CASE WHEN placed.is_free THEN placed.others ELSE '{}' END
FROM placed WHERE row.id = placed.id
"""


def stopped_rounds(at: datetime) -> list[Round]:
    """The rounds of messages of several notices that ended a short while ago, oldest first."""
    ended = Round.objects.filter(kind=RoundKind.REMINDER, created_at__gte=at - LOOK_BACK, message__expires_at__lte=at)
    shared = ended.values("message").annotate(notices=Count("notice")).filter(notices__gt=1)
    return list(ended.filter(message__in=shared.values("message")).order_by("pk"))


def put_back(rounds: Sequence[Round], day: date, at: datetime) -> dict[int, Due]:
    """Prepare the rows of `day` for those whom these stopped rounds did not reach; gives the notices they are about.

    In the caller's transaction, which starts the messages and lets one run at a time; safe to repeat. What a sender has
    in its hands, and what somebody else holds, is looked at again by the next sweep.
    """
    held = _held_notices({row.notice_id for row in rounds})
    messages = {row.message_id for row in rounds} - {row.message_id for row in rounds if row.notice_id not in held}
    if not messages:
        return {}
    values = {
        "messages": list(messages),
        "running": list(RUNNING),
        "at": at,
        "day": day,
        "cancelled": DeliveryState.CANCELLED,
        "unsure": EvidenceKind.UNCERTAIN,
        "weak": list(WEAK_CHANNELS),  # what went beside says nothing about the message that counts
    }
    with connection.cursor() as cursor:
        cursor.execute(PUT_BACK, values)
    DailyReminder.objects.filter(message__isnull=True, notices=[]).delete()
    return {row.notice_id: Due(held[row.notice_id], row.planned_for) for row in rounds if row.message_id in messages}


def _held_notices(keys: set[int]) -> dict[int, Notice]:
    """These notices with their rows held, but for those that somebody else holds."""
    rows = Notice.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk__in=keys)
    return {notice.pk: notice for notice in rows.select_related("unit").order_by("pk")}
