"""Work of official documents that no page waits for."""

from celery import shared_task
from django.db import transaction

from apps.core.clock import now


@shared_task(name="documents.sweep")
def sweep() -> None:
    """Every few minutes: packages that are not made yet, papers that nobody reads any more, and what is traced."""
    from apps.documents.services import give_to_directors, make_waiting_packages, trace

    give_to_directors(at=now())
    make_waiting_packages(at=now())
    trace(at=now())


@shared_task(name="documents.make_package")
def make_package(pk: int) -> None:
    """One package; the sweep makes what this did not."""
    from apps.documents.models import Filing
    from apps.documents.services import make_package as make

    filing = Filing.objects.filter(pk=pk).first()
    if filing:
        make(filing=filing, at=now())


def pack_later(pk: int) -> None:
    """Only a nudge, after the transaction; a broker that is away stops nobody."""
    transaction.on_commit(lambda: publish(pk), robust=True)


def publish(pk: int) -> None:
    make_package.apply_async([pk], queue="report", retry=False)


@shared_task(name="documents.check_ledger")
def check_ledger() -> None:
    """Each night: reservations that ran out, due dates that no calendar gave, then the ledger."""
    from apps.documents.services import check_ledger, count_missing, let_reservations_run_out

    count_missing(at=now())
    let_reservations_run_out(at=now())
    check_ledger(at=now())


@shared_task(name="documents.read_file")
def read_file(blob_id: int) -> None:
    from apps.documents.extraction.working import read_file as read

    read(blob_id, now())


@shared_task(name="documents.sweep_files")
def sweep_files() -> None:
    """Attached files that no worker took up, whose worker died, or that the virus scanner let go."""
    from apps.documents.extraction.working import sweep_files as sweep

    sweep(now())
