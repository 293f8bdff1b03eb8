"""Work behind the pages: summaries go out by mail."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="reports.send_summaries")
def send_summaries() -> None:
    """Several times an hour by day, and safe to run at any hour: each period goes once to each person."""
    from apps.reports.services import send_due_summaries

    send_due_summaries(at=now())
