"""Ask a worker to go on with a batch. The batch's state is the truth; the message only says "look"."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)
QUEUE = "report"


def queue_work(task: str, batch_id: int, actor_id: int | None) -> None:
    """Publish after this transaction. With the broker away the page says so and offers to ask again."""
    transaction.on_commit(lambda: _publish(task, batch_id, actor_id))


def _publish(task: str, batch_id: int, actor_id: int | None) -> None:
    try:
        current_app.send_task(task, args=[batch_id, actor_id], queue=QUEUE, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("import_not_queued", batch=batch_id, task=task, error=type(error).__name__)
