"""Work behind the pages: sheets of certificates, due times that waited for a calendar, words about what is late,
what rules notice, and what the portal looks after by itself.
"""

from collections.abc import Callable

import structlog
from celery import shared_task

from apps.core.clock import now

log = structlog.get_logger(__name__)


@shared_task(name="servicedesk.make_paper")
def make_paper(certificate_id: int) -> None:
    """The sheet of one certificate, right after it was issued."""
    from apps.servicedesk.services.papers import make_paper as make

    make(certificate_id, at=now())


@shared_task(name="servicedesk.issue_batch")
def issue_batch(batch_id: int) -> None:
    """Certificates for many: numbers, sheets, one file to print."""
    from apps.servicedesk.services.batches import run_batch

    run_batch(batch_id, at=now())


@shared_task(name="servicedesk.sweep_batches")
def sweep_batches() -> None:
    """Batches that no worker heard of, or that a dead one left."""
    from apps.servicedesk.services.batches import run_waiting_batches

    run_waiting_batches(at=now())


@shared_task(name="servicedesk.sweep")
def sweep() -> None:
    """Every few minutes: do what a crash, an absent worker or a missing calendar left undone, or who has left; tell
    what is late; make the recurring requests whose date has come. A part that fails stops no other, and then the job
    fails.
    """
    from apps.servicedesk.services.caring import care
    from apps.servicedesk.services.clocks import fill_missing_due_times
    from apps.servicedesk.services.drafts import remove_old_drafts
    from apps.servicedesk.services.leaving import hand_back, tell_of_nobody
    from apps.servicedesk.services.papers import make_missing_papers
    from apps.servicedesk.services.rating import ask_again
    from apps.servicedesk.services.recurring import run_recurrences
    from apps.servicedesk.services.reminding import tell_overdue
    from apps.servicedesk.services.renewals import remind_ending

    parts = (
        make_missing_papers,
        hand_back,
        tell_overdue,
        remind_ending,
        ask_again,
        remove_old_drafts,
        care,
        tell_of_nobody,
        run_recurrences,
    )
    failures = [_attempt(fill_missing_due_times), *(_attempt(part, at=now()) for part in parts)]
    for failure in filter(None, failures):
        raise failure


def _attempt(part: Callable[..., object], **given: object) -> Exception | None:
    """One part of a sweep; gives what went wrong. The next sweep tries it again."""
    try:
        part(**given)
    except Exception as error:
        log.exception("servicedesk_sweep_failed", part=part.__name__)
        return error
    return None


@shared_task(name="servicedesk.remove_people")
def remove_people() -> None:
    """Each night: people are removed from requests whose time is over."""
    from apps.servicedesk.services.retention import run

    run(at=now())


@shared_task(name="servicedesk.escalate")
def escalate() -> None:
    """Each minute: rules that speak up before and after a promise is due."""
    from apps.servicedesk.services.escalating import escalate as look
    from apps.servicedesk.services.escalating import tell_escalations

    look(at=now())
    tell_escalations(at=now())


@shared_task(name="servicedesk.sweep_mail")
def sweep_mail() -> None:
    """Each minute: letters that came in become messages or wait for a person; what was filed for one takes it up."""
    from apps.servicedesk.services.mail_in import sweep_mail as sweep_letters
    from apps.servicedesk.services.mail_placing import place_filed

    sweep_letters(at=now())
    place_filed(at=now())


@shared_task(name="servicedesk.forget_mail")
def forget_mail() -> None:
    """Each night: mails that were settled long ago and stand in no request lose their bytes and words."""
    from apps.servicedesk.services.mail_placing import forget_settled

    forget_settled(at=now())
