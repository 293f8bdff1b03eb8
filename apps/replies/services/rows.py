"""A row for each person who owes answers. In SQL, safe to repeat; who joins later gets one by the next sweep."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from apps.replies.models import Collection, Reply

INSERT = """
INSERT INTO replies_reply (collection_id, obligation_id, unit_id, state, returned, return_note, version, created_at)
SELECT %s, owed.id,
       (SELECT post.unit_id FROM people_post post
        WHERE post.person_id = owed.person_id AND post.valid_from <= %s
          AND (post.valid_to IS NULL OR post.valid_to >= %s)
        ORDER BY post.is_main DESC, post.id LIMIT 1),
       'not_begun', '{{}}', '', 1, %s
FROM notices_obligation owed
WHERE owed.notice_id = %s {only}
  AND NOT EXISTS (SELECT 1 FROM replies_reply reply WHERE reply.obligation_id = owed.id)
ON CONFLICT DO NOTHING
"""
ALL_ROWS = INSERT.format(only="")
ONE_ROW = INSERT.format(only="AND owed.person_id = %s")


def make_rows(collection: Collection, at: datetime) -> int:
    """Rows for everybody who owes answers and has none; gives how many were made."""
    return _insert(ALL_ROWS, collection, at)


def make_row(collection: Collection, person_id: int, at: datetime) -> Reply | None:
    """The row of one person, made now if the sweep was not there yet; None when this person owes nothing here."""
    if collection.is_open:
        _insert(ONE_ROW, collection, at, person_id)
    return Reply.objects.filter(collection=collection, obligation__person_id=person_id).first()


def make_missing_rows(at: datetime) -> int:
    """For every collection that is running; gives how many were made."""
    return sum(make_rows(collection, at) for collection in Collection.objects.running().order_by("pk"))


def _insert(sql: str, collection: Collection, at: datetime, *only: int) -> int:
    day = timezone.localtime(at).date()
    with connection.cursor() as cursor:
        cursor.execute(sql, [collection.pk, day, day, at, collection.notice_id, *only])
        return cursor.rowcount
