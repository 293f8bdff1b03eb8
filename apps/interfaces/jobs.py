"""Jobs of programs that come in and programs that are told. Rows are the work; each may run twice or be killed."""

from datetime import timedelta

import structlog
from celery import shared_task

from apps.core.clock import now
from apps.interfaces.hooks import following, sending
from apps.interfaces.models import KeptAnswer
from apps.interfaces.personal import making

log = structlog.get_logger(__name__)
ANSWERS_KEPT = timedelta(hours=48)


@shared_task(name="interfaces.sweep_hooks")
def sweep_hooks() -> None:
    """What happened becomes calls, and calls that are due are made."""
    log.info("hooks_swept", planned=following.follow(now()), called=sending.send_due())


@shared_task(name="interfaces.clear_away")
def clear_away() -> None:
    """Answers that nobody asks for again, calls that were taken long ago, and names in those that stay."""
    answers, _detail = KeptAnswer.objects.filter(at__lt=now() - ANSWERS_KEPT).delete()
    log.info("interfaces_cleared", answers=answers, calls=sending.clear_away(now()), names=sending.forget_names(now()))


@shared_task(name="interfaces.make_copy")
def make_copy(export_id: int) -> None:
    making.make_copy(export_id, now())


@shared_task(name="interfaces.sweep_copies")
def sweep_copies() -> None:
    """Copies that no worker took up, or whose worker died; and those whose days are over."""
    making.sweep_copies(now())
