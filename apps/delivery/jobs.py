"""The jobs of the outbox. Each may run twice or be killed; the rows say what is left to do."""

import structlog
from celery import shared_task

from apps.core.clock import now
from apps.delivery import canary, inbound, mailbox, receipts, reports, sending, sweeps
from apps.delivery.enums import Channel

log = structlog.get_logger(__name__)


@shared_task(name="delivery.sweep")
def sweep() -> None:
    log.info("outbox_swept", **sweeps.sweep(now()))


@shared_task(name="delivery.send_due")
def send_due(queue: str, channel: str = Channel.MAIL) -> None:
    sent = sending.send_due(queue, Channel(channel))
    log.info("outbox_sent", queue=queue, channel=channel, sent=sent.mails, relay_away=sent.relay_away)


@shared_task(name="delivery.sweep_inbound")
def sweep_inbound() -> None:
    """Fetch the mailbox, then make something of what came in. A mailbox that is away must not stop the second half."""
    try:
        fetched = mailbox.fetch()
    except mailbox.MailboxAway as error:
        log.warning("mailbox_away", error=str(error))
        fetched = 0
    log.info("inbound_swept", fetched=fetched, read=inbound.sweep(now()))


@shared_task(name="delivery.send_canary")
def send_canary() -> None:
    canary.send(now())


@shared_task(name="delivery.sweep_receipts")
def sweep_receipts() -> None:
    """What chat services and gateways know about messages that left. A service that is away must not stop the rest."""
    at = now()
    log.info("receipts_swept", reports=reports.sweep(at), asked=receipts.sweep(at))
