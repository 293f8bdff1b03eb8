"""What makes mail programs show the mails of one thing to one person as one conversation (RFC 5322 section 3.6.4), and
where an answer goes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from apps.delivery.enums import Channel
from apps.delivery.letters.addresses import reply_address, routes_for
from apps.delivery.models import Delivery
from apps.delivery.tokens import message_id

FOLLOWED = 5  # mails before that are named: the first, and the last ones


@dataclass(frozen=True)
class Thread:
    """The headers of one mail that answers may come to. `references` are Message-IDs, oldest first."""

    reply_to: str = ""
    references: tuple[str, ...] = ()

    def head(self) -> list[bytes]:
        lines = [f"Reply-To: {self.reply_to}"] if self.reply_to else []
        if self.references:
            lines += [f"In-Reply-To: {self.references[-1]}", "References: " + "\r\n ".join(self.references)]
        return [line.encode() for line in lines]


NO_THREAD = Thread()


def threads_of(rows: Sequence[Delivery]) -> dict[int, Thread]:
    """The thread of each mail that belongs to one, by its number (three queries if there is any, else none)."""
    ours = [row for row in rows if row.person_id and (row.message.takes_replies or row.message.answers_mail)]
    if not ours:
        return {}
    routes = routes_for((row.message.source, row.person_id) for row in ours if row.message.takes_replies)
    before = earlier(ours)
    return {row.pk: thread_of(row, routes, before[row.message.source, row.person_id]) for row in ours}


def thread_of(row: Delivery, routes: dict, numbers: list[int]) -> Thread:
    route = routes.get((row.message.source, row.person_id)) if row.message.takes_replies else None
    own = [number for number in numbers if number < row.pk]
    named = [message_id(number) for number in ([*own[:1], *own[1:][-FOLLOWED + 1 :]])]
    answered = [row.message.answers_mail] if row.message.answers_mail else []
    return Thread(reply_address(route) if route else "", (*named, *answered))


def earlier(rows: Sequence[Delivery]) -> dict[tuple[str, int], list[int]]:
    """The numbers of all mails about the same things to the same people, in order."""
    found = Delivery.objects.filter(
        channel=Channel.MAIL,
        person__in={row.person_id for row in rows},
        message__source__in={row.message.source for row in rows},
        message__takes_replies=True,
    )
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    for source, person, number in found.order_by("pk").values_list("message__source", "person_id", "pk"):
        numbers[source, person].append(number)
    return numbers
