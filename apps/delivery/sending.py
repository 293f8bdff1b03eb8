"""Send what is due: claim, commit, talk, write down what was answered. Channels that take many people in one call go by
`api_sending`, with the same rules.

A row says "on the wire" before the network call, in a transaction that is committed by then; the answer is committed
before the rows after next are marked. So a process that dies leaves only marked rows of which it is not known whether
they left, and of mails just the one that was under way (`wire_log`).
"""

import time

import structlog
from django.db import transaction

from apps.core.clock import now
from apps.delivery.api_sending import ApiBatch, Sent, batch_size
from apps.delivery.claims import claim, give_back, only_sender, put_on_wire, undo_tries
from apps.delivery.enums import Channel
from apps.delivery.limits import LEASE, RELAY_AWAY, SEND_SECONDS, WINDOW
from apps.delivery.models import Delivery
from apps.delivery.outcomes import Told, settle_all
from apps.delivery.pace import within_pace
from apps.delivery.quotas import rests_now
from apps.delivery.recovery import take_up
from apps.delivery.rendering import HeaderRefused, Rendered, compose, render
from apps.delivery.services import nudge
from apps.delivery.smtp import Answer, Fate, Relay, RelayAway
from apps.delivery.threads import NO_THREAD, Thread, threads_of
from apps.delivery.tokens import bounce_address, envelope_id
from apps.delivery.wire_log import WireLog
from apps.delivery.wording import Words

log = structlog.get_logger(__name__)


def send_due(queue: str, channel: Channel = Channel.MAIL, *, seconds: float = SEND_SECONDS) -> Sent:
    """Send what is due in a queue by a channel for at most about `seconds`; asks for another run when some is left.

    Does nothing while another process sends the same: that one goes on until nothing is due.
    """
    sent = Sent()
    ends = time.monotonic() + seconds
    with only_sender(queue, channel) as mine:
        if mine and channel == Channel.MAIL:
            take_up(now())
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
        MailBatch(rows, sent).run()
    else:
        ApiBatch(channel, rows, sent).run()


class MailBatch:
    """One claimed batch on one connection, window by window."""

    def __init__(self, rows: list[Delivery], sent: Sent) -> None:
        self.rows = rows
        self.sent = sent
        self.claim = self.lease = rows[0].lease_until
        self.told: list[Told] = []  # answers that are not committed yet
        self.words = Words(rows)
        self.rendered: dict[int, Rendered] = {}
        self.threads: dict[int, Thread] = {}

    def run(self) -> None:
        """Send each row. When the relay is away, what is left waits a minute; nothing counts as a failure of theirs."""
        for row in self.rows:
            row.content_digest = self.words.of(row).digest
        self.threads = threads_of(self.rows)
        with Relay() as relay, WireLog() as wire:
            for start in range(0, len(self.rows), WINDOW):
                window = self.begin(self.rows[start : start + WINDOW], wire)
                try:
                    self.send(window, relay, wire)
                except RelayAway as away:
                    log.warning("relay_away", queue=self.rows[0].queue, answer=str(away))
                    self.stop(window, self.rows[start + WINDOW :], str(away))
                    break
            with transaction.atomic():
                self.settle()

    def begin(self, rows: list[Delivery], wire: WireLog) -> list[Delivery]:
        """In one transaction: the answers about the window before, and the mark that this one goes on the wire."""
        at = now()
        with transaction.atomic():
            self.settle()
            ours, self.lease = put_on_wire(rows, self.claim, at)
            wire.window([row.pk for row in ours], at=at, lease=self.lease)
        return ours

    def send(self, window: list[Delivery], relay: Relay, wire: WireLog) -> None:
        """Talk about each mail; the next one is composed while the server thinks about the one before. A window that
        takes too long ends early, so that its claim never runs out: the rest waits again. Raises RelayAway.
        """
        under_way: Delivery | None = None
        for place, row in enumerate(window):
            content = self.compose(row)
            if under_way:
                self.note(under_way, relay.end(), wire)
            if self.lease - now() < LEASE / 2:
                undo_tries(window[place:], self.lease, not_before=now(), answer=row.last_answer)
                return
            wire.begins(row.pk)
            answer = content if isinstance(content, Answer) else self.hand_over(row, content, relay)
            under_way = None if answer else row
            if answer:
                self.note(row, answer, wire)
        if under_way:
            self.note(under_way, relay.end(), wire)

    def note(self, row: Delivery, answer: Answer, wire: WireLog) -> None:
        told = Told(row, answer, now())
        wire.told(told)
        self.told.append(told)

    def stop(self, window: list[Delivery], later: list[Delivery], answer: str) -> None:
        """The relay is away: what it did not hear of waits."""
        at = now() + RELAY_AWAY
        answered = {told.row.pk for told in self.told}
        undo_tries([row for row in window if row.pk not in answered], self.lease, not_before=at, answer=answer)
        give_back([row.pk for row in later], self.claim, not_before=at, answer=answer)
        self.sent.relay_away = True

    def settle(self) -> None:
        """Write down the answers that are still only in memory; in the caller's transaction."""
        settle_all(self.told, lease=self.lease, at=now())
        self.sent.mails += sum(told.answer.fate == Fate.TAKEN for told in self.told)
        self.told = []

    def hand_over(self, row: Delivery, content: bytes, relay: Relay) -> Answer | None:
        sender, envelope = bounce_address(row.pk), envelope_id(row.pk)
        return relay.begin(sender=sender, recipient=row.address, envelope_id=envelope, content=content)

    def compose(self, row: Delivery) -> bytes | Answer:
        """The mail; what cannot be composed is refused by ourselves: it must not stop the others."""
        try:
            return compose(self.rendered_for(row), row, now(), self.threads.get(row.pk, NO_THREAD))
        except HeaderRefused:
            return Answer(Fate.REFUSED, 0, "a line break in a header", "compose")
        except Exception as error:
            log.exception("mail_not_composed", delivery=row.pk)
            return Answer(Fate.PUT_OFF, 0, type(error).__name__, "compose")

    def rendered_for(self, row: Delivery) -> Rendered:
        """The message in the person's language, rendered once in a batch."""
        words = self.words.of(row)
        if words.pk not in self.rendered:
            self.rendered[words.pk] = render(row.message, words)
        return self.rendered[words.pk]
