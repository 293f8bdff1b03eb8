"""Progress is seen from outside while the work's transaction is open, and never stops the work."""

import pytest
from django.db import connection, transaction

from apps.imports.models import Batch
from apps.imports.progress import ProgressWriter
from apps.imports.services import commit
from tests.imports.factories import AT, CHEN, LIN, roster, staged


def seen(batch: Batch) -> tuple[int, int]:
    """What another session sees."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT done, total FROM imports_batch WHERE id = %s", [batch.pk])
            return cursor.fetchone()
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_progress_is_visible_before_the_work_is_committed() -> None:
    batch = staged(roster(LIN, CHEN))
    with transaction.atomic(), ProgressWriter(batch, 2) as progress:
        progress.last = 0
        progress(1)
        assert seen(batch) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_locked_batch_drops_progress_and_goes_on() -> None:
    batch = staged(roster(LIN))
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        with ProgressWriter(batch, 7) as progress:
            progress(1)
    assert Batch.objects.get(pk=batch.pk).total == 1


@pytest.mark.django_db(transaction=True)
def test_two_commits_at_once_do_not_mix() -> None:
    """The lock of a running import turns a second one away at once."""
    from apps.imports import services

    batch = staged(roster(LIN))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [services.LOCK_SPACE])
        with pytest.raises(services.UnableToCommit, match="Another import"):
            commit(batch=batch, actor=None, at=AT)
    finally:
        other.close()
