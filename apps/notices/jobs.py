"""Work of notices that no page waits for. Rows say what there is to do; these only look."""

from collections.abc import Callable
from datetime import datetime

import structlog
from celery import shared_task

from apps.core.clock import now
from apps.notices import projection, services
from apps.notices.models import Round
from apps.notices.services.occurrences import run_series

log = structlog.get_logger(__name__)


@shared_task(name="notices.fan_out")
def fan_out(notice_id: int) -> None:
    """All lines in the inboxes, then the mails."""
    if services.fan_out(notice_id):
        for key in Round.objects.filter(notice_id=notice_id, is_complete=False).values_list("pk", flat=True):
            services.complete_round(key)


@shared_task(name="notices.complete_round")
def complete_round(round_id: int) -> None:
    services.complete_round(round_id)


@shared_task(name="notices.plan_reminders")
def plan_reminders() -> None:
    """Each ten minutes: what has fallen due, then who is still open after the last of it."""
    at = now()
    _run(services.plan_reminders, at)
    _run(services.escalate, at)


@shared_task(name="notices.refresh")
def refresh() -> None:
    """Take new evidence of the outbox (receipts, bounces) over into what people owe."""
    projection.refresh(now())


@shared_task(name="notices.make_file_report")
def make_file_report(report_id: int) -> None:
    services.make_file_report(report_id, now())


@shared_task(name="notices.sweep_file_reports")
def sweep_file_reports() -> None:
    """Reports that nobody took up, or whose worker died."""
    services.make_waiting_reports(now())


@shared_task(name="notices.find_missing")
def find_missing() -> None:
    log.info("notices_checked_for_missing_rows", **services.find_missing(now()))


@shared_task(name="notices.sweep")
def sweep() -> None:
    """Each minute: what is due, what was left unfinished, what is over, what came back."""
    at = now()
    for step in (
        run_series,
        services.publish_due,
        services.finish_all,
        services.add_late_joiners,
        services.expire_due,
        projection.refresh,
        services.climb,
    ):
        _run(step, at)


def _run(step: Callable[[datetime], object], at: datetime) -> None:
    """One step that fails does not stop the others; it is tried again in a minute."""
    try:
        step(at)
    except Exception:
        log.exception("notices_sweep_failed", step=step.__name__)
