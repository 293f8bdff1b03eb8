"""Lines in the inbox that are gone: found by count, put back by name."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from apps.journal.services import record
from apps.notices.audience import HAD
from apps.notices.enums import MissingKind, NoticeState
from apps.notices.models import CheckRun, MissingRow, Notice
from apps.notices.services.chunks import CHUNK, NEXT_BOUND

# Notices that are not what was frozen when the fan-out ended: (key, expected, found, rows known to be lost, too many).
# One index-only scan over each notice's own lines (notices_obligation_once); LEFT JOIN, so that none is left out.
DIFFERING = """
SELECT * FROM (
    SELECT notice.id, coalesce(notice.recipient_count, 0) AS expected, coalesce(held.found, 0) AS found,
           coalesce(known.lost, 0) AS lost, coalesce(known.surplus, 0) AS surplus
    FROM notices_notice notice
    LEFT JOIN LATERAL (
        SELECT count(*) AS found FROM notices_obligation owed WHERE owed.notice_id = notice.id
    ) held ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE kind = 'line') AS lost, count(*) FILTER (WHERE kind = 'surplus') AS surplus
        FROM notices_missingrow kept
        WHERE kept.notice_id = notice.id AND kept.put_back_at IS NULL AND kept.settled_at IS NULL
    ) known ON true
    WHERE notice.id = ANY(%s) AND notice.fanned_out_at IS NOT NULL
) counted WHERE expected - lost + surplus <> found ORDER BY id
"""
# The people of {people} (person_id, reason) who have no line get it, and a row that says so, in one statement.
PUT_BACK = """
WITH made AS (
    INSERT INTO notices_obligation (notice_id, person_id, reason, state, is_open, created_at, reminders, excuse)
    SELECT %s, person_id, reason, 'open', true, %s, 0, '' FROM ({people}) expected
    WHERE NOT EXISTS (SELECT 1 FROM notices_obligation owed
                      WHERE owed.notice_id = %s AND owed.person_id = expected.person_id)
    ON CONFLICT DO NOTHING RETURNING notice_id, person_id
)
INSERT INTO notices_missingrow (run_id, notice_id, kind, person_id, put_back_at, note)
SELECT %s, notice_id, 'line', person_id, %s, '' FROM made
"""
# Who was written to, or is known to have done something: such a person had a line.
KNOWN = """
SELECT person_id, %s AS reason FROM (
    SELECT sent.person_id FROM delivery_delivery sent JOIN notices_round round ON round.message_id = sent.message_id
    WHERE round.notice_id = %s AND sent.person_id IS NOT NULL
    UNION
    SELECT told.person_id FROM delivery_evidence told JOIN notices_round round ON round.message_id = told.message_id
    WHERE round.notice_id = %s AND told.person_id IS NOT NULL
) had
"""


def check_lines(run: CheckRun, keys: list[int], at: datetime) -> Iterator[Notice]:
    """Put back what is missing of these notices; gives those to which lines came back."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, [keys])
        differing = cursor.fetchall()
    for key, expected, found, lost, surplus in differing:
        missing = expected - lost + surplus - found
        if missing < 0:
            _keep_unnamed(run, key, MissingKind.SURPLUS, -missing)
            continue
        notice = Notice.objects.get(pk=key)
        back = _put_back(run, notice, missing, at)
        changes = {"people": [found, expected], "back": back}
        record(actor=None, verb="lines_missing", obj=notice, changes=changes, internal=True, at=at)
        _keep_unnamed(run, key, MissingKind.LINE, missing - back)
        if back > missing:  # posts were entered later for the day of publishing: these people are meant, too
            Notice.objects.filter(pk=key).update(recipient_count=expected + back - missing)
        if back:
            yield notice


def _put_back(run: CheckRun, notice: Notice, missing: int, at: datetime) -> int:
    """By the frozen rule, a chunk of people at a time; then by what the outbox knows. Gives how many came back."""
    day, back = timezone.localtime(notice.published_at).date(), 0
    for after, upto in _ranges():
        back += _insert(run, notice, notice.rule.people(day, after=after, upto=upto), at)
        if back >= missing:
            return back
    return back + _insert(run, notice, (KNOWN, [HAD, notice.pk, notice.pk]), at)


def _ranges() -> Iterator[tuple[int, int]]:
    """Ranges of person keys, each of a chunk of people."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_BOUND, [after, CHUNK])
            (upto,) = cursor.fetchone()
        if upto is None:
            return
        yield after, upto
        after = upto


@transaction.atomic
def _insert(run: CheckRun, notice: Notice, people: tuple[str, list[object]], at: datetime) -> int:
    """With the notice's row held, as by everybody who moves all its people; what is no longer out is left alone."""
    locked = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if locked.state != NoticeState.PUBLISHED or not locked.fanned_out_at:
        return 0
    sql, params = people
    with connection.cursor() as cursor:
        values = [notice.pk, notice.published_at, *params, notice.pk, run.pk, at]
        cursor.execute(PUT_BACK.format(people=sql), values)
        return cursor.rowcount


def _keep_unnamed(run: CheckRun, notice_id: int, kind: MissingKind, count: int) -> None:
    MissingRow.objects.bulk_create(
        (MissingRow(run=run, notice_id=notice_id, kind=kind) for _row in range(count)), batch_size=1_000
    )
