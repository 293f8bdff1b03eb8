"""Work of official documents that no page waits for."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="documents.read_file")
def read_file(blob_id: int) -> None:
    from apps.documents.extraction.working import read_file as read

    read(blob_id, now())


@shared_task(name="documents.sweep_files")
def sweep_files() -> None:
    """Attached files that no worker took up, whose worker died, or that the virus scanner let go."""
    from apps.documents.extraction.working import sweep_files as sweep

    sweep(now())
