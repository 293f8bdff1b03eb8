"""What a file said is let go: of a thing whose people were removed at once, of all when undoing is over.

Until then the rows are what undoing needs; afterwards they would be a second register of people, kept by nobody's rule.
That a file came, from whom, with how many rows of which verdict, stays.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from apps.core.clock import now
from apps.imports.enums import BatchState
from apps.imports.models import Batch, Row
from apps.imports.services import LOCK_SPACE
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.services import record

UNDO_FOR = timedelta(days=90)
BLANK = {"raw": [], "values": {}, "mended": [], "problems": [], "before": None, "after": None}


def forget_old(*, at: datetime | None = None, limit: int = 20) -> int:
    """Let go what was brought in, undone or unreadable more than UNDO_FOR ago; gives how many files. Safe to repeat."""
    at = at or now()
    over = at - UNDO_FOR
    old = Batch.objects.filter(forgotten_at=None).filter(
        Q(state=BatchState.COMMITTED, committed_at__lt=over)
        | Q(state=BatchState.UNDONE, undone_at__lt=over)
        | Q(state=BatchState.FAILED, created_at__lt=over)
    )
    return sum(forget_batch(pk, at) for pk in list(old.order_by("pk").values_list("pk", flat=True)[:limit]))


@transaction.atomic
def forget_batch(pk: int, at: datetime) -> bool:
    """False when another worker has it, or had it, or somebody undoes it in this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, pk])
        if not cursor.fetchone()[0]:
            return False
    batch = Batch.objects.select_for_update(skip_locked=True).filter(pk=pk, forgotten_at=None).first()
    if batch is None:
        return False
    batch.rows.update(**BLANK)
    let_file_go([pk])
    Batch.objects.filter(pk=pk).update(forgotten_at=at)
    record(actor=None, verb="import_forgotten", obj=batch, internal=True, at=at)
    return True


def forget_rows(*, target: str, object_ids: Collection[int]) -> int:
    """Empty every row that became, or was found to be, one of these things, and let the files go that said it; gives
    how many rows. The caller's transaction.
    """
    rows = Row.objects.filter(batch__target=target, object_id__in=object_ids)
    let_file_go(list(rows.values_list("batch", flat=True).distinct()))
    return rows.update(**BLANK)


def let_file_go(batches: Collection[int]) -> None:
    """The rows are staged, nothing reads the file again; its bytes go with the nightly removal of orphans."""
    if batches:
        Batch.objects.filter(pk__in=batches).update(
            blob=store_bytes(b"removed\n", content_type="text/plain", origin=Origin.PORTAL)
        )
