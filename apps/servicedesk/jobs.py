"""Work behind the pages: sheets of certificates, words about what is late."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="servicedesk.make_paper")
def make_paper(certificate_id: int) -> None:
    from apps.servicedesk.services.papers import make_paper as make

    make(certificate_id, at=now())


@shared_task(name="servicedesk.sweep")
def sweep() -> None:
    from apps.servicedesk.services.papers import make_missing_papers

    make_missing_papers(at=now())
