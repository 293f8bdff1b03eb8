"""Send by services that take many people in one call: each call is marked "on the wire" for all its rows, committed,
then made, then written down.

A process that dies leaves only the rows of one call of which it is not known whether they left; a call that breaks
after it was sent makes all its rows uncertain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from django.db import transaction

from apps.core.clock import now
from apps.delivery.channels import dingtalk, push, robot, sms, wecom
from apps.delivery.channels.http import LineBroke
from apps.delivery.claims import give_back, put_on_wire, undo_tries
from apps.delivery.enums import Channel
from apps.delivery.limits import BATCH, RELAY_AWAY
from apps.delivery.models import Delivery, MessageText
from apps.delivery.outcomes import Told, settle_all
from apps.delivery.quotas import hold_over_quota
from apps.delivery.smtp import Answer, Fate, RelayAway
from apps.delivery.wording import Words

log = structlog.get_logger(__name__)


class Sender(Protocol):
    """What a channel's module offers. ADDRESS fits what may be written to at all. `send` makes one call for at most
    MOST rows with the same words and gives an answer for each; it raises RelayAway when nothing was handed over,
    LineBroke when nobody knows.
    """

    ADDRESS: re.Pattern[str]
    MOST: int

    def send(self, rows: Sequence[Delivery], words: MessageText) -> list[Answer]: ...


SENDERS: dict[Channel, Sender] = {
    Channel.WECOM: wecom,
    Channel.DINGTALK: dingtalk,
    Channel.SMS: sms,
    Channel.PUSH: push,
    Channel.ROBOT: robot,
}


@dataclass
class Sent:
    """What a run did. `relay_away`: it stopped because our own mail server, or the service, did not answer."""

    mails: int = 0
    relay_away: bool = False


def batch_size(channel: Channel) -> int:
    """How many rows a sender claims at once."""
    return max(BATCH, SENDERS[channel].MOST) if channel in SENDERS else BATCH


class ApiBatch:
    """One claimed batch, cut into calls."""

    def __init__(self, channel: Channel, rows: list[Delivery], sent: Sent) -> None:
        self.channel = channel
        self.sender = SENDERS[channel]
        self.rows = rows
        self.sent = sent
        self.claim = self.lease = rows[0].lease_until
        self.words = Words(rows)

    def run(self) -> None:
        """Make the calls. When the service is away, what is left waits a minute and nothing counts as a failure."""
        for row in self.rows:
            row.content_digest = self.words.of(row).digest
        self.refuse_unfit()
        self.rows = hold_over_quota(self.channel, self.rows, self.claim, now())
        left = {row.pk for row in self.rows}
        for part in self.calls():
            ours = self.begin(part)
            left -= {row.pk for row in part}
            if ours and not self.send(ours):
                give_back(list(left), self.claim, not_before=now() + RELAY_AWAY)
                self.sent.relay_away = True
                break

    def refuse_unfit(self) -> None:
        """What is no address of this channel never gets into a call: between others it could reach somebody else."""
        unfit = [row for row in self.rows if not self.sender.ADDRESS.fullmatch(row.address)]
        self.rows = [row for row in self.rows if row not in unfit]
        for row in unfit:
            if self.begin([row]):
                self.settle([row], [Answer(Fate.REFUSED, 0, "no address of this channel", "compose")], now())

    def calls(self) -> Iterator[list[Delivery]]:
        """The rows in parts of the same words, round by round, none larger than the service takes."""
        same: dict[tuple[int, int], list[Delivery]] = {}
        for row in self.rows:
            same.setdefault((self.words.of(row).pk, row.round), []).append(row)
        for rows in same.values():
            for start in range(0, len(rows), self.sender.MOST):
                yield rows[start : start + self.sender.MOST]

    @transaction.atomic
    def begin(self, part: list[Delivery]) -> list[Delivery]:
        ours, self.lease = put_on_wire(part, self.claim, now())
        return ours

    def send(self, rows: list[Delivery]) -> bool:
        """One call and what follows; False when the service is away or hangs and the rest must wait."""
        try:
            answers, goes_on = self.sender.send(rows, self.words.of(rows[0])), True
        except RelayAway as away:
            log.warning("service_away", channel=self.channel, answer=str(away))
            undo_tries(rows, self.lease, not_before=now() + RELAY_AWAY, answer=str(away))
            return False
        except LineBroke as broke:
            answers, goes_on = [Answer(Fate.BROKEN, 0, str(broke), self.channel)] * len(rows), False
        except Exception as error:
            log.exception("call_not_made", channel=self.channel, delivery=rows[0].pk)
            answers, goes_on = [Answer(Fate.PUT_OFF, 0, type(error).__name__, "compose")] * len(rows), True
        self.settle(rows, answers, now())
        return goes_on

    def settle(self, rows: list[Delivery], answers: list[Answer], at: datetime) -> None:
        with transaction.atomic():
            told = [Told(row, answer, at) for row, answer in zip(rows, answers, strict=True)]
            settle_all(told, lease=self.lease, at=at)
        self.sent.mails += sum(answer.fate == Fate.TAKEN for answer in answers)
