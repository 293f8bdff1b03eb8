"""Nightly: remove files that were uploaded for a form that was never sent."""

from celery import shared_task

from apps.core.clock import now
from apps.journal.files import remove_orphans as remove


@shared_task(name="journal.remove_orphans")
def remove_orphans() -> None:
    remove(at=now())
