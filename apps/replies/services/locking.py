"""Lock what a move touches, always in this order: the collection (shared), the row of answers, then what hangs on it.

Who closes a collection takes its row alone and so waits for those who are just handing in; those do not wait for each
other. Rows are locked first and read with their neighbours second.
"""

from django.db import connection

from apps.replies.models import Collection, Reply
from apps.replies.services.errors import ReplyChanged


def lock_reply(reply: Reply, *, version: int | None = None) -> Reply:
    """The row, locked, with what belongs to it. `version`: the one that the actor saw. Raises ReplyChanged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM replies_collection WHERE id = %s FOR SHARE", [reply.collection_id])
    Reply.objects.select_for_update(no_key=True).only("pk").get(pk=reply.pk)
    row = read_reply(reply.pk)
    if version is not None and version != row.version:
        raise ReplyChanged(row)
    return row


def read_reply(pk: int) -> Reply:
    """With everything that rules and services ask of it (one query)."""
    rows = Reply.objects.select_related(
        "collection__notice__unit",
        "collection__notice__sender",
        "collection__form_version__form",
        "obligation__person",
        "unit",
        "answer_set__form_version",
        "confirmed_by",
    )
    return rows.get(pk=pk)


def lock_collection(collection: Collection) -> Collection:
    """The row alone: waits for all who are handing in."""
    Collection.objects.select_for_update().only("pk").get(pk=collection.pk)
    return Collection.objects.select_related("notice__sender", "notice__unit", "form_version__form").get(
        pk=collection.pk
    )
