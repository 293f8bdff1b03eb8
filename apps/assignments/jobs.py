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


@shared_task(name="assignments.remind")
def remind() -> None:
    """Several times an hour: in the morning of a working day each person is told once of everything that waits."""
    services.remind_people(now())
