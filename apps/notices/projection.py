"""Keep the stored state of obligations in step with the evidence, in SQL, by the table of `states.py`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from apps.core.chunks import row_by_row
from apps.delivery.enums import FAILED_STATES, WEAK_CHANNELS, DeliveryState
from apps.delivery.models import Evidence
from apps.notices.enums import CLOSED_IF_ACK_NEEDED, CLOSED_IF_ANSWER_NEEDED, CLOSED_IF_READING_IS_ENOUGH
from apps.notices.models import EvidenceCursor, Notice, Obligation
from apps.notices.settled import cancel_settled
from apps.notices.states import LASTING, RANKS, SAYS_LITTLE, SHOWN, TURNS

BATCH = 5_000
# Evidence ids are drawn before their transaction commits, so a lower one may appear late. The cursor stays this far
# behind; evidence taken over twice changes nothing.
SETTLED_AFTER = timedelta(minutes=10)


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# For each obligation in scope: the deciding fact, the times of opening, acknowledging and answering, and whether it is
# still owed. The steps are those of states.deciding_fact.
TEMPLATE = """
WITH ranks (kind, state, place, by_channel, best) AS (VALUES {ranks}),
every_fact AS (
    SELECT owed.id, ranks.*, evidence.id AS evidence_id, evidence.happened_at, evidence.detail,
           CASE WHEN ranks.by_channel THEN coalesce(delivery.channel, 'mail') ELSE '' END AS source,
           round.number AS round, round.edition, notice.counts_from
    FROM notices_obligation owed
    JOIN notices_notice notice ON notice.id = owed.notice_id
    JOIN notices_round round ON round.notice_id = owed.notice_id
    JOIN delivery_evidence evidence ON evidence.message_id = round.message_id AND evidence.person_id = owed.person_id
    JOIN ranks ON ranks.kind = evidence.kind
    LEFT JOIN delivery_delivery delivery ON delivery.id = evidence.delivery_id AND ranks.by_channel
    WHERE owed.id = ANY(%s)
      AND NOT (ranks.by_channel AND coalesce(delivery.channel, 'mail') IN ({weak}) AND ranks.state IN ({failed}))
),
facts AS (
    SELECT *, max(round) OVER (PARTITION BY id, source) AS last_round,
           CASE WHEN kind IN ({turns})
                THEN row_number() OVER (PARTITION BY id, kind IN ({turns}) ORDER BY happened_at DESC, evidence_id DESC)
                ELSE 1 END AS turn
    FROM every_fact WHERE edition >= counts_from OR kind IN ({lasting})
),
by_source AS (
    SELECT DISTINCT ON (id, source) id, source, state, happened_at, best FROM facts
    WHERE (NOT by_channel OR round = last_round) AND turn = 1 ORDER BY id, source, place, happened_at, evidence_id
),
decided AS (SELECT DISTINCT ON (id) id, state, happened_at FROM by_source ORDER BY id, source IN ({weak}), best),
acts AS (
    SELECT id,
           min(happened_at) FILTER (WHERE kind IN ('opened', 'downloaded', 'acknowledged', 'answered')) AS opened_at,
           min(happened_at) FILTER (WHERE kind IN ('acknowledged', 'signed_for')) AS acknowledged_at,
           max(happened_at) FILTER (WHERE kind = 'answered' AND turn = 1) AS answered_at,
           max(detail->>'receipt') FILTER (WHERE kind IN ('acknowledged', 'signed_for', 'answered') AND turn = 1)
               AS receipt_number
    FROM facts GROUP BY id
),
seen AS (
    SELECT id, max(edition) FILTER (WHERE kind IN ('opened', 'downloaded', 'acknowledged', 'answered')) AS edition
    FROM every_fact GROUP BY id
),
stated AS (
    SELECT owed.id, notice.needs_acknowledgement, notice.needs_answer, notice.state = 'withdrawn' AS is_withdrawn,
           decided.happened_at AS state_at, acts.opened_at, acts.acknowledged_at, acts.answered_at,
           acts.receipt_number, seen.edition AS seen_edition,
           CASE WHEN owed.rung_at IS NOT NULL THEN coalesce(nullif(decided.state, 'unreachable'), 'open')
           ELSE coalesce(decided.state, CASE WHEN notice.mail_planned_at IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM notices_round round JOIN delivery_delivery sent ON sent.message_id = round.message_id
               WHERE round.notice_id = owed.notice_id AND sent.person_id = owed.person_id AND sent.channel <> 'portal'
                 AND NOT (sent.state = 'held' AND starts_with(sent.held_reason, 'suppressed:'))
           ) THEN 'unreachable' ELSE 'open' END) END AS state
    FROM notices_obligation owed
    JOIN notices_notice notice ON notice.id = owed.notice_id
    LEFT JOIN decided ON decided.id = owed.id LEFT JOIN acts ON acts.id = owed.id LEFT JOIN seen ON seen.id = owed.id
    WHERE owed.id = ANY(%s)
),
judged AS (
    SELECT *, CASE WHEN needs_answer THEN state NOT IN ({closed_if_answer})
                   WHEN needs_acknowledgement THEN state NOT IN ({closed_if_ack})
                   ELSE state NOT IN ({closed_if_read}) END AS would_be_open
    FROM stated
),
computed AS (
    SELECT id, state_at, opened_at, acknowledged_at, answered_at, receipt_number, seen_edition,
           CASE WHEN is_withdrawn AND would_be_open THEN 'withdrawn' ELSE state END AS state,
           would_be_open AND NOT is_withdrawn AS is_open
    FROM judged
)
"""
COMPUTED = TEMPLATE.format(
    ranks=", ".join(
        f"('{rank.kind}', '{rank.state}', {rank.place}, {rank.by_channel}, {SHOWN.index(rank.state)})" for rank in RANKS
    ),
    turns=_quoted(TURNS),
    weak=_quoted(WEAK_CHANNELS),
    failed=_quoted(SAYS_LITTLE),
    lasting=_quoted(LASTING),
    closed_if_answer=_quoted(CLOSED_IF_ANSWER_NEEDED),
    closed_if_ack=_quoted(CLOSED_IF_ACK_NEEDED),
    closed_if_read=_quoted(CLOSED_IF_READING_IS_ENOUGH),
)
COLUMNS = (
    "state",
    "state_at",
    "is_open",
    "opened_at",
    "acknowledged_at",
    "answered_at",
    "receipt_number",
    "seen_edition",
)
STORED = ", ".join(f"owed.{name}" for name in COLUMNS)
FRESH = ", ".join(f"computed.{name}" for name in COLUMNS)
DIFFERS = f"({STORED}) IS DISTINCT FROM ({FRESH})"
UPDATE = f"""{COMPUTED}
UPDATE notices_obligation owed SET ({", ".join(COLUMNS)}) = ({FRESH})
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
# Whose newest message, by all its channels, can arrive no more: the next rung of the ladder is due now. One that was
# cancelled is no message: nothing came back.
HASTEN = """
UPDATE notices_obligation owed SET rung_at = %(at)s
WHERE owed.id = ANY(%(ids)s) AND owed.is_open AND owed.rung_at > %(at)s AND NOT EXISTS (
    SELECT 1 FROM delivery_delivery sent WHERE sent.person_id = owed.person_id AND sent.channel <> ALL(%(weak)s)
     AND sent.state <> ALL(%(failed)s)
     AND NOT (sent.state = 'held' AND starts_with(sent.held_reason, 'suppressed:'))
     AND sent.message_id = (
        SELECT max(round.message_id) FROM notices_round round JOIN delivery_delivery other
         ON other.message_id = round.message_id AND other.person_id = owed.person_id AND other.channel <> ALL(%(weak)s)
         AND other.state <> 'cancelled'
        WHERE round.notice_id = owed.notice_id))
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
        changed = cursor.rowcount
    if changed:
        cancel_settled(locked)
    return changed


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
        _take_over(ids, at)
        for first in range(cursor_row.last_id, newest, BATCH)
        if (ids := _touched(first, min(first + BATCH, newest)))
    )
    _advance(cursor_row, at)
    return changed


@transaction.atomic
def _take_over(ids: Sequence[int], at: datetime) -> int:
    """Their states, and whom no message may reach any more need not wait for the next channel."""
    changed = project(ids)
    with connection.cursor() as cursor:
        failed, weak = [*FAILED_STATES, DeliveryState.CANCELLED], list(WEAK_CHANNELS)
        cursor.execute(HASTEN, {"at": at, "ids": ids, "failed": failed, "weak": weak})
    return changed


def _touched(first: int, last: int) -> list[int]:
    with transaction.atomic(), row_by_row(), connection.cursor() as cursor:
        cursor.execute(TOUCHED, [first, last])
        return [key for (key,) in cursor.fetchall()]


def _advance(cursor_row: EvidenceCursor, at: datetime) -> None:
    """To just below the oldest evidence that is not settled, else to the newest of all."""
    fresh = Evidence.objects.filter(pk__gt=cursor_row.last_id)
    unsettled = fresh.filter(recorded_at__gt=at - SETTLED_AFTER).order_by("pk").values_list("pk", flat=True).first()
    settled = unsettled - 1 if unsettled else fresh.aggregate(last=Max("pk"))["last"]
    if settled:
        EvidenceCursor.objects.filter(pk=cursor_row.pk, last_id__lt=settled).update(last_id=settled)
