"""A mail to ourselves every quarter of an hour: if it does not arrive, others' mails do not either."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.core.models import Heartbeat
from apps.delivery.enums import MessageClass, Queue
from apps.delivery.models import Delivery
from apps.delivery.services import Text, create_message, plan_one_mail

SOURCE = "delivery.canary"
LIFETIME = timedelta(minutes=15)
PLANNED, SENT, RETURNED = "canary-planned", "canary-sent", "canary-returned"


def address() -> str:
    """Where the canary flies to: the named address, else the mailbox that we read; "" when there is neither."""
    if settings.CANARY_ADDRESS:
        return settings.CANARY_ADDRESS
    return f"canary@{settings.MAIL_BOUNCE_DOMAIN}" if settings.INBOUND_IMAP_URL else ""


@transaction.atomic
def send(at: datetime) -> Delivery | None:
    """Plan one. It goes the way of all notices, quiet hours aside."""
    target = address()
    if not target:
        return None
    message = create_message(
        source=SOURCE,
        message_class=MessageClass.OPTIONAL,
        queue=Queue.NOTICE,
        texts={"en": Text(f"Canary {at:%Y-%m-%d %H:%M}", "The office portal checks that its mails leave and arrive.")},
        expires_at=at + LIFETIME,
        overrides_quiet_hours=True,
        at=at,
    )
    beat(PLANNED, at)
    return plan_one_mail(message=message, person=None, address=target, at=at)


def beat(name: str, at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def note_sent(row: Delivery, at: datetime) -> None:
    """The sender handed a mail over: was it the canary?"""
    if row.message.source == SOURCE:
        beat(SENT, at)
