"""Nightly: remove files that were uploaded for a form that was never sent. Each minute: large lists, files to scan."""

from celery import shared_task

from apps.core.clock import now
from apps.journal.files import remove_orphans as remove


@shared_task(name="journal.remove_orphans")
def remove_orphans() -> None:
    remove(at=now())


@shared_task(name="journal.make_export")
def make_export(export_id: int) -> None:
    from apps.journal.exporting import make_export as make

    make(export_id, now())


@shared_task(name="journal.sweep_exports")
def sweep_exports() -> None:
    """Lists that no worker took up, or whose worker died; and those whose day is over."""
    from apps.journal.exporting import sweep_exports as sweep

    sweep(now())


@shared_task(name="journal.scan_blob")
def scan_blob(blob_id: int) -> None:
    from apps.journal.scanning import scan_blob as scan

    scan(blob_id, now())


@shared_task(name="journal.sweep_scans")
def sweep_scans() -> None:
    """Files that no worker took up, those for which the scanner was away, blocked bytes that still lie there."""
    from apps.journal.scanning import sweep_scans as sweep

    sweep(now())
