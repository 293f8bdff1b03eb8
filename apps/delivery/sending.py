"""Send what is due: claim, commit, talk to the mail server, write down what it said, mail by mail. Channels that take
many people in one call go by `api_sending`, with the same rules.

The row says "on the wire" before the network call, in its own committed transaction; the answer is committed before the
next call. So a process that dies leaves at most one mail of which it is not known whether it left.
"""

import time

import structlog
from django.db import transaction

from apps.core.clock import now
from apps.delivery.api_sending import ApiBatch, Sent, batch_size
from apps.delivery.claims import claim, give_back, only_sender, put_on_wire, renew, undo_try
from apps.delivery.enums import Channel
from apps.delivery.limits import LEASE, RELAY_AWAY, SEND_SECONDS
from apps.delivery.models import Delivery, MessageText
from apps.delivery.outcomes import settle
from apps.delivery.pace import within_pace
from apps.delivery.quotas import rests_now
from apps.delivery.rendering import HeaderRefused, Rendered, compose, render
from apps.delivery.services import nudge
from apps.delivery.smtp import Answer, Fate, Relay, RelayAway
from apps.delivery.tokens import bounce_address, envelope_id

log = structlog.get_logger(__name__)


def send_due(queue: str, channel: Channel = Channel.MAIL, *, seconds: float = SEND_SECONDS) -> Sent:
    """Send what is due in a queue by a channel for at most about `seconds`; asks for another run when some is left.

    Does nothing while another process sends the same: that one goes on until nothing is due.
    """
    sent = Sent()
    ends = time.monotonic() + seconds
    with only_sender(queue, channel) as mine:
        while mine and not sent.relay_away and not rests_now(channel, queue, now()):
            if time.monotonic() >= ends:
                nudge(queue, channel)
                break
            rows = claim(queue, now(), channel, limit=batch_size(channel))
            if not rows:
                break
            if rows := within_pace(rows, now()):
                run(channel, rows, sent)
    return sent


def run(channel: Channel, rows: list[Delivery], sent: Sent) -> None:
    if channel == Channel.MAIL:
        Batch(rows, sent).run()
    else:
        ApiBatch(channel, rows, sent).run()


class Batch:
    """One claimed batch on one connection."""

    def __init__(self, rows: list[Delivery], sent: Sent) -> None:
        self.rows = rows
        self.sent = sent
        self.lease = rows[0].lease_until
        self.unsettled: tuple[Delivery, Answer] | None = None
        self.rendered: dict[tuple[int, str], Rendered] = {}

    def run(self) -> None:
        """Send each row. When the relay is away, what is left waits a minute; nothing counts as a failure of theirs."""
        with Relay() as relay:
            for place, row in enumerate(self.rows):
                if not self.begin(row, self.rows[place:]):
                    continue
                try:
                    self.unsettled = (row, self.deliver(relay, row))
                except RelayAway as away:
                    log.warning("relay_away", queue=row.queue, answer=str(away))
                    undo_try(row, self.lease)
                    left = [other.pk for other in self.rows[place:]]
                    give_back(left, self.lease, not_before=now() + RELAY_AWAY, answer=str(away))
                    self.sent.relay_away = True
                    break
            with transaction.atomic():
                self.finish()

    def begin(self, row: Delivery, left: list[Delivery]) -> bool:
        """In one transaction: the answer about the mail before, and the mark that this one goes on the wire."""
        at = now()
        with transaction.atomic():
            self.finish()
            if self.lease - at < LEASE / 2:
                self.lease = renew([other.pk for other in left], self.lease, at)
            return put_on_wire(row, self.lease, at)

    def finish(self) -> None:
        """Write down the answer that is still only in memory; in the caller's transaction."""
        if self.unsettled is None:
            return
        row, answer = self.unsettled
        self.unsettled = None
        settle(row, answer, lease=self.lease, at=now())
        self.sent.mails += answer.fate == Fate.TAKEN

    def deliver(self, relay: Relay, row: Delivery) -> Answer:
        """Talk about one mail. What cannot be composed is refused by ourselves: it must not stop the others."""
        try:
            words = self.words_for(row)
            row.content_digest = words.digest
            content = compose(words, row, now())
        except HeaderRefused:
            return Answer(Fate.REFUSED, 0, "a line break in a header", "compose")
        except Exception as error:
            log.exception("mail_not_composed", delivery=row.pk)
            return Answer(Fate.PUT_OFF, 0, type(error).__name__, "compose")
        return relay.send(
            sender=bounce_address(row.pk), recipient=row.address, envelope_id=envelope_id(row.pk), content=content
        )

    def words_for(self, row: Delivery) -> Rendered:
        """The message in the person's language, else in the first it has; rendered once in a batch."""
        language = row.person.language if row.person else ""
        key = (row.message_id, language)
        if key not in self.rendered:
            words = {
                words.language: words for words in MessageText.objects.filter(message=row.message_id).order_by("pk")
            }
            self.rendered[key] = render(row.message, words.get(language) or next(iter(words.values())))
        return self.rendered[key]
