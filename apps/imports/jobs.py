"""Long imports in a worker. Either may run twice: the state of the batch decides."""

import structlog
from celery import shared_task
from django.utils import translation

from apps.core.clock import now
from apps.imports.enums import BatchState
from apps.imports.forgetting import forget_old
from apps.imports.models import Batch
from apps.imports.services import UnableToCheck, resume_stuck, run_commit
from apps.imports.services import check as check_batch
from apps.people.models import Person

log = structlog.get_logger(__name__)


@shared_task(name="imports.check")
def check(batch_id: int, actor_id: int | None) -> None:
    batch = Batch.objects.get(pk=batch_id)
    if batch.state != BatchState.CHECKING:
        return
    actor = Person.objects.filter(pk=actor_id).first()
    try:
        with translation.override(actor.language if actor else None):
            check_batch(batch=batch, actor=actor)
    except UnableToCheck:
        log.info("import_check_left_to_another", batch=batch_id)


@shared_task(name="imports.commit")
def commit(batch_id: int, actor_id: int | None) -> None:
    batch = Batch.objects.get(pk=batch_id)
    if batch.state == BatchState.COMMITTING:
        run_commit(batch=batch, actor=Person.objects.filter(pk=actor_id).first())


@shared_task(name="imports.sweep")
def sweep() -> None:
    """Messages to workers may be lost; the state of a batch says what there is to do."""
    resume_stuck(at=now())


@shared_task(name="imports.forget")
def forget() -> None:
    """Each night: files and rows whose time to be undone is over."""
    log.info("imports_forgotten", batches=forget_old(at=now()))
