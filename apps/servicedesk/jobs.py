"""Work behind the pages: sheets of certificates, due times that waited for a calendar, words about what is late."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="servicedesk.make_paper")
def make_paper(certificate_id: int) -> None:
    """The sheet of one certificate, right after it was issued."""
    from apps.servicedesk.services.papers import make_paper as make

    make(certificate_id, at=now())


@shared_task(name="servicedesk.sweep")
def sweep() -> None:
    """Every few minutes: do what a crash, an absent worker or a missing calendar left undone; tell what is late;
    make the recurring requests whose date has come.
    """
    from apps.servicedesk.services.clocks import fill_missing_due_times
    from apps.servicedesk.services.papers import make_missing_papers
    from apps.servicedesk.services.recurring import run_recurrences
    from apps.servicedesk.services.reminding import tell_overdue

    make_missing_papers(at=now())
    fill_missing_due_times()
    tell_overdue(at=now())
    run_recurrences(at=now())
