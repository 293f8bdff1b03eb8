"""Give every person a notice is for the line in the inbox: INSERT … SELECT by chunks of people, each its own commit.

The place reached is kept with the notice and moves in the transaction of its chunk, so a killed worker loses nothing
and another goes on. The notice's row is locked for the length of a chunk only, and who finds it locked leaves: two
workers do not fight, and no lease has to run out.
"""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from apps.core.clock import now
from apps.notices.enums import NoticeState
from apps.notices.models import Notice

CHUNK = 5_000
NEXT_BOUND = "SELECT max(id) FROM (SELECT id FROM people_person WHERE id > %s ORDER BY id LIMIT %s) chunk"
INSERT = """
INSERT INTO notices_obligation (notice_id, person_id, reason, state, is_open, created_at, reminders, excuse)
SELECT %s, person_id, reason, 'open', true, %s, 0, '' FROM ({people}) audience
ON CONFLICT DO NOTHING
"""


def fan_out(notice_id: int, at: datetime | None = None) -> bool:
    """Go on with a published notice until every person has it; True when that is so. Safe to repeat, run twice."""
    while True:
        is_done = add_chunk(notice_id, at or now())
        if is_done is not None:
            return is_done


@transaction.atomic
def add_chunk(notice_id: int, at: datetime) -> bool | None:
    """The next chunk of people. True: all is done; False: another worker is at it, or it is no notice; None: go on."""
    rows = Notice.objects.select_for_update(no_key=True, skip_locked=True)
    notice = rows.filter(pk=notice_id, published_at__isnull=False).first()
    if notice is None or notice.fanned_out_at:
        return notice is not None
    with connection.cursor() as cursor:
        cursor.execute(NEXT_BOUND, [notice.fan_out_cursor, CHUNK])
        (upto,) = cursor.fetchone()
        if upto is None:
            _finish(notice, at)
            return True
        people, params = notice.rule.people(_day(notice), after=notice.fan_out_cursor, upto=upto)
        cursor.execute(INSERT.format(people=people), [notice.pk, notice.published_at, *params])
    Notice.objects.filter(pk=notice.pk).update(fan_out_cursor=upto)
    return None


def _day(notice: Notice) -> date:
    """Posts and groups count as they were on the day of publishing, however late the fan-out gets to a chunk."""
    return timezone.localtime(notice.published_at).date()


def _finish(notice: Notice, at: datetime) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        fanned_out_at=at, state=NoticeState.PUBLISHED, recipient_count=notice.obligations.count()
    )
