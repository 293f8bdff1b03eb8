"""How far a long import is, visible to the page while its one transaction is still open."""

from time import monotonic
from types import TracebackType

import structlog
from django.db import DatabaseError, connection

from apps.imports.models import Batch

log = structlog.get_logger(__name__)
EVERY_SECONDS = 0.5
UPDATE = "UPDATE imports_batch SET total = %s, done = %s, progress_at = now() WHERE id = %s"


class ProgressWriter:
    """Writes `done` of `total` on a connection of its own, outside the transaction that does the work.

    For that, the work must leave the batch's row alone until its end. Progress is a courtesy: when it cannot be
    written it is dropped, the work goes on.
    """

    def __init__(self, batch: Batch, total: int) -> None:
        self.batch_id, self.total = batch.pk, total
        self.connection = connection.copy()
        self.last = 0.0

    def __enter__(self) -> "ProgressWriter":
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
        except DatabaseError as error:
            log.warning("import_progress_unavailable", batch=self.batch_id, error=type(error).__name__)
        self._write(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def __call__(self, done: int) -> None:
        if monotonic() - self.last >= EVERY_SECONDS:
            self._write(done)

    def _write(self, done: int) -> None:
        self.last = monotonic()
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(UPDATE, [self.total, done, self.batch_id])
        except DatabaseError as error:
            log.warning("import_progress_dropped", batch=self.batch_id, error=type(error).__name__)
