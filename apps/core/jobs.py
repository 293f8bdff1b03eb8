"""Signs of life and the yearly calendar alarm."""

import structlog
from celery import shared_task

from apps.core.calendar_alarm import missing_years
from apps.core.clock import now
from apps.core.models import Heartbeat

log = structlog.get_logger(__name__)


@shared_task(name="core.beat_heartbeat")
def beat_heartbeat() -> None:
    """Beat asked, a worker answered: both are alive."""
    for name in ("beat", "worker"):
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now()})


@shared_task(name="core.check_calendars")
def check_calendars() -> None:
    """Log an error for each calendar whose needed year is missing or only provisional; the dashboard shows the same."""
    for calendar, year, provisional in missing_years(now()):
        log.error("calendar_year_missing", calendar=calendar, year=year, provisional=provisional)
