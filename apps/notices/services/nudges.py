"""Ask a worker to look at once. Only a hint: the sweep each minute is the guarantee."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def nudge(task: str, key: int, *, queue: str) -> None:
    """After the present transaction. Never raises: a page does not fail because Redis does."""
    transaction.on_commit(partial(_send, task, key, queue), robust=True)


def _send(task: str, key: int, queue: str) -> None:
    try:
        current_app.send_task(task, args=[key], queue=queue, retry=False, expires=55)
    except Exception as error:
        log.warning("nudge_failed", task=task, error=type(error).__name__)
