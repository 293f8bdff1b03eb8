"""Work of official documents that no page waits for."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="documents.sweep")
def sweep() -> None:
    """Every few minutes: packages that are not made yet, and the word of the day."""
    from apps.documents.services import make_waiting_packages, remind

    make_waiting_packages(at=now())
    remind(at=now())


@shared_task(name="documents.check_ledger")
def check_ledger() -> None:
    """Each night: reservations that ran out, then the ledger."""
    from apps.documents.services import check_ledger, let_reservations_run_out

    let_reservations_run_out(at=now())
    check_ledger(at=now())
