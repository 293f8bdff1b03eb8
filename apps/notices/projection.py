"""Keep the stored state of obligations in step with the evidence, in SQL, by the table of `states.py`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from apps.delivery.models import Evidence
from apps.notices.enums import CLOSED_IF_ACK_NEEDED, CLOSED_IF_READING_IS_ENOUGH
from apps.notices.models import EvidenceCursor, Notice, Obligation
from apps.notices.states import RANKS

BATCH = 5_000
# Evidence ids are drawn before their transaction commits, so a lower one may appear late. The cursor stays this far
# behind; evidence taken over twice changes nothing.
SETTLED_AFTER = timedelta(minutes=10)


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# For each obligation in scope: the deciding fact, the times of opening and acknowledging, and whether it is still owed.
TEMPLATE = """
WITH ranks (kind, state, place, by_mail) AS (VALUES {ranks}),
facts AS (
    SELECT owed.id, ranks.kind, ranks.state, ranks.place, ranks.by_mail, evidence.happened_at, evidence.detail,
           round.number AS round,
           max(round.number) FILTER (WHERE ranks.by_mail) OVER (PARTITION BY owed.id) AS last_mail_round
    FROM notices_obligation owed
    JOIN notices_round round ON round.notice_id = owed.notice_id
    JOIN delivery_evidence evidence ON evidence.message_id = round.message_id AND evidence.person_id = owed.person_id
    JOIN ranks ON ranks.kind = evidence.kind
    WHERE owed.id = ANY(%s)
),
decided AS (
    SELECT DISTINCT ON (id) id, state, happened_at FROM facts
    WHERE NOT by_mail OR round = last_mail_round ORDER BY id, place, happened_at
),
acts AS (
    SELECT id, min(happened_at) FILTER (WHERE kind IN ('opened', 'acknowledged')) AS opened_at,
           min(happened_at) FILTER (WHERE kind = 'acknowledged') AS acknowledged_at,
           min(detail->>'receipt') FILTER (WHERE kind = 'acknowledged') AS receipt_number
    FROM facts GROUP BY id
),
stated AS (
    SELECT owed.id, notice.needs_acknowledgement, decided.happened_at AS state_at, acts.opened_at,
           acts.acknowledged_at, acts.receipt_number,
           coalesce(decided.state, CASE WHEN notice.mail_planned_at IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM notices_round round JOIN delivery_delivery mail ON mail.message_id = round.message_id
               WHERE round.notice_id = owed.notice_id AND mail.person_id = owed.person_id AND mail.channel = 'mail'
           ) THEN 'unreachable' ELSE 'open' END) AS state
    FROM notices_obligation owed
    JOIN notices_notice notice ON notice.id = owed.notice_id
    LEFT JOIN decided ON decided.id = owed.id LEFT JOIN acts ON acts.id = owed.id
    WHERE owed.id = ANY(%s)
),
computed AS (
    SELECT id, state, state_at, opened_at, acknowledged_at, receipt_number,
           CASE WHEN needs_acknowledgement THEN state NOT IN ({closed_if_ack})
                ELSE state NOT IN ({closed_if_read}) END AS is_open
    FROM stated
)
"""
COMPUTED = TEMPLATE.format(
    ranks=", ".join(f"('{rank.kind}', '{rank.state}', {rank.place}, {rank.by_mail})" for rank in RANKS),
    closed_if_ack=_quoted(CLOSED_IF_ACK_NEEDED),
    closed_if_read=_quoted(CLOSED_IF_READING_IS_ENOUGH),
)
DIFFERS = """
(owed.state, owed.state_at, owed.is_open, owed.opened_at, owed.acknowledged_at, owed.receipt_number)
IS DISTINCT FROM (computed.state, computed.state_at, computed.is_open, computed.opened_at, computed.acknowledged_at,
                  computed.receipt_number)
"""
UPDATE = f"""{COMPUTED}
UPDATE notices_obligation owed
SET state = computed.state, state_at = computed.state_at, is_open = computed.is_open, opened_at = computed.opened_at,
    acknowledged_at = computed.acknowledged_at, receipt_number = computed.receipt_number
FROM computed WHERE computed.id = owed.id AND {DIFFERS}
"""  # noqa: S608 (constants)
COMPARE = f"""{COMPUTED}
SELECT owed.id, owed.state, computed.state FROM notices_obligation owed JOIN computed ON computed.id = owed.id
WHERE {DIFFERS} ORDER BY owed.id
"""  # noqa: S608 (constants)
TOUCHED = """
SELECT DISTINCT owed.id FROM delivery_evidence evidence
JOIN notices_round round ON round.message_id = evidence.message_id
JOIN notices_obligation owed ON owed.notice_id = round.notice_id AND owed.person_id = evidence.person_id
WHERE evidence.id > %s AND evidence.id <= %s
"""


@transaction.atomic
def project(ids: Sequence[int]) -> int:
    """Compute these obligations anew; gives how many changed.

    A statement of its own locks the rows first, so that the computing one sees all evidence of whoever held them.
    """
    locked = list(
        Obligation.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [locked, locked])
        return cursor.rowcount


def differences(ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Obligations whose stored state is not what their evidence says: (key, stored, computed)."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, [list(ids), list(ids)])
        return cursor.fetchall()


def project_notice(notice: Notice) -> int:
    """All people of a notice, a batch at a time; gives how many changed."""
    return sum(project(ids) for ids in batches(notice))


def batches(notice: Notice) -> list[list[int]]:
    """The keys of a notice's obligations, cut into batches."""
    ids = list(notice.obligations.order_by("pk").values_list("pk", flat=True))
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def refresh(at: datetime) -> int:
    """Take over the evidence that is new since the last time; gives how many obligations changed. Safe to run twice."""
    cursor_row, _made = EvidenceCursor.objects.get_or_create(name="evidence")
    newest = Evidence.objects.aggregate(last=Max("pk"))["last"] or 0
    changed = sum(
        project(ids)
        for first in range(cursor_row.last_id, newest, BATCH)
        if (ids := _touched(first, min(first + BATCH, newest)))
    )
    _advance(cursor_row, at)
    return changed


def _touched(first: int, last: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, [first, last])
        return [key for (key,) in cursor.fetchall()]


def _advance(cursor_row: EvidenceCursor, at: datetime) -> None:
    """To just below the oldest evidence that is not settled, else to the newest of all."""
    fresh = Evidence.objects.filter(pk__gt=cursor_row.last_id)
    unsettled = fresh.filter(recorded_at__gt=at - SETTLED_AFTER).order_by("pk").values_list("pk", flat=True).first()
    settled = unsettled - 1 if unsettled else fresh.aggregate(last=Max("pk"))["last"]
    if settled:
        EvidenceCursor.objects.filter(pk=cursor_row.pk, last_id__lt=settled).update(last_id=settled)
