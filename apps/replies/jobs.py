"""Work of collections that no page waits for."""

from celery import shared_task

from apps.core.clock import now
from apps.replies import services


@shared_task(name="replies.sweep")
def sweep() -> None:
    """Each minute: who came to owe answers since the last time gets a row."""
    services.make_missing_rows(now())
