"""Work of assignments that no page waits for."""

from celery import shared_task

from apps.assignments import services
from apps.core.clock import now


@shared_task(name="assignments.sweep")
def sweep() -> None:
    """Each minute: parts that nobody signed for go one step further."""
    at = now()
    services.start_parts(at)
    services.climb(at)
