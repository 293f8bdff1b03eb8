"""Work of seals that no page waits for."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="seals.sweep")
def sweep() -> None:
    """Some times an hour: tell of seals that are not back."""
    from apps.seals.services import remind_overdue

    remind_overdue(at=now())
