"""Tell the workers that there is something to send. Only a hint: the sweep each minute is the guarantee."""

import time
from functools import partial

import structlog
from celery import current_app
from django.db import transaction

from apps.delivery.enums import Channel

log = structlog.get_logger(__name__)

SKIP_SECONDS = 5.0
# kombu tries twice, so the longest wait is twice this. Measured with a frozen Redis: 2.0 s at its usual second, 1.0 s
# here.
SHORT = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
_broker_away_until = 0.0


def nudge(queue: str, channel: Channel = Channel.MAIL) -> None:
    """After the present transaction, ask a worker to send what is due in `queue` by `channel`.

    Never raises and never waits much longer than a second: a page must not hang because Redis does. After a failure the
    next few seconds' nudges are left out.
    """
    transaction.on_commit(partial(publish, queue, channel), robust=True)


def publish(queue: str, channel: Channel = Channel.MAIL) -> None:
    """Send the hint now. A broker that is away is logged and otherwise ignored."""
    global _broker_away_until
    if time.monotonic() < _broker_away_until:
        return
    try:
        with current_app.connection(transport_options=SHORT) as connection:
            current_app.send_task(
                "delivery.send_due", args=[queue, channel], queue=queue, retry=False, expires=55, connection=connection
            )
    except Exception as error:
        _broker_away_until = time.monotonic() + SKIP_SECONDS
        log.warning("nudge_failed", queue=queue, error=type(error).__name__)
