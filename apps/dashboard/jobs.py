"""Work of dashboards that no page waits for."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="dashboard.daily")
def daily() -> None:
    """Several times an hour: each person is told once a working day of everything that waits."""
    from apps.dashboard.daily import tell_of_the_day

    tell_of_the_day(now())
