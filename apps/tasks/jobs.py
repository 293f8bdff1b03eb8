"""Work of tasks that no page waits for."""

from celery import shared_task

from apps.core.clock import now
from apps.tasks import services


@shared_task(name="tasks.remind")
def remind() -> None:
    """Several times an hour: who is to be reminded today is reminded, once."""
    services.remind_due(at=now())
