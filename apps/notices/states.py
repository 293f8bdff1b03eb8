"""What is known of one person and one notice, computed from evidence alone. Pure: no database here.

One table says which kind of evidence gives which state and what beats what. `projection.py` makes its SQL from the same
table, so the stored state and this function cannot come to disagree.

Two steps. Within one channel the last round that says anything counts (an address may be mended), and there a bounce
stands above "delivered": both can be true, and the bounce asks for work. Between the channels, and against what the
person did, the best counts (SHOWN): who read it in the portal knows it, whatever became of the mail. A weak channel (a
browser notification) counts only where no other says anything, and that it failed says nothing of the person.
"""

from collections.abc import Iterable
from typing import NamedTuple

from apps.delivery.enums import WEAK_CHANNELS, EvidenceKind
from apps.notices.enums import (
    CLOSED_IF_ACK_NEEDED,
    CLOSED_IF_ANSWER_NEEDED,
    CLOSED_IF_READING_IS_ENOUGH,
    ObligationState,
)


class Rank(NamedTuple):
    """`place`: smaller wins within a channel. `by_channel`: a message said it, not the person or somebody by name."""

    kind: str
    state: str
    place: int
    by_channel: bool


# What the person did, or somebody answers for by name.
BY_PERSON = (
    (EvidenceKind.ANSWERED, ObligationState.ANSWERED),
    (EvidenceKind.ACKNOWLEDGED, ObligationState.ACKNOWLEDGED),
    (EvidenceKind.SIGNED_FOR, ObligationState.ACKNOWLEDGED),
    (EvidenceKind.EXCUSED, ObligationState.EXCUSED),
    (EvidenceKind.RETURNED, ObligationState.RETURNED),
    (EvidenceKind.OPENED, ObligationState.OPENED),
    (EvidenceKind.DOWNLOADED, ObligationState.OPENED),
    (EvidenceKind.TOLD, ObligationState.TOLD),
)
# What a message met with. `uncertain` and `called` prove nothing: they are not here.
BY_CHANNEL = (
    (EvidenceKind.COMPLAINED, ObligationState.BOUNCED),
    (EvidenceKind.BOUNCED_HARD, ObligationState.BOUNCED),
    (EvidenceKind.BLOCKED, ObligationState.BOUNCED),
    (EvidenceKind.BOUNCED_SOFT, ObligationState.BOUNCED),
    (EvidenceKind.DELIVERED, ObligationState.REACHED),
    (EvidenceKind.RELAYED, ObligationState.NOTIFIED),
    (EvidenceKind.SEEN_HINT, ObligationState.NOTIFIED),
    (EvidenceKind.DELAYED, ObligationState.NOTIFIED),
    (EvidenceKind.UNKNOWN, ObligationState.UNKNOWN),
    (EvidenceKind.HANDED_OFF, ObligationState.NOTIFIED),
    (EvidenceKind.FAILED, ObligationState.UNREACHABLE),
)
# A form is handed in, returned and handed in again: of these two the later one counts.
TURNS = (EvidenceKind.ANSWERED, EvidenceKind.RETURNED)
# An excuse is about the person; everything else is about words, and counts for the edition that was seen.
LASTING = (EvidenceKind.EXCUSED,)
RANKS = tuple(
    Rank(kind.value, state.value, place, place >= len(BY_PERSON))
    for place, (kind, state) in enumerate(BY_PERSON + BY_CHANNEL)
)
RANK_OF = {rank.kind: rank for rank in RANKS}
SHOWN = tuple(
    state.value
    for state in (
        ObligationState.ANSWERED,
        ObligationState.ACKNOWLEDGED,
        ObligationState.EXCUSED,
        ObligationState.RETURNED,
        ObligationState.OPENED,
        ObligationState.TOLD,
        ObligationState.REACHED,
        ObligationState.NOTIFIED,
        ObligationState.UNKNOWN,
        ObligationState.BOUNCED,
        ObligationState.UNREACHABLE,
    )
)
SAYS_LITTLE = (ObligationState.BOUNCED, ObligationState.UNREACHABLE)  # of a weak channel: nothing


class Fact(NamedTuple):
    """A piece of evidence, as far as states go: in which round of the notice, what it says, by which channel, of which
    edition.
    """

    round: int
    kind: str
    channel: str = "mail"
    edition: int = 1


def deciding_fact(facts: Iterable[Fact], *, counts_from: int = 1) -> Fact | None:
    """The evidence on which the state rests, from facts in order of time; None when nothing says anything.

    Facts of editions before `counts_from` say nothing any more, but for an excuse.
    """
    known = [fact for fact in facts if fact.kind in RANK_OF and _counts(fact, counts_from) and _says_something(fact)]
    turns = [fact for fact in known if fact.kind in TURNS]
    last: dict[str, int] = {}
    for fact in known:
        last[fact.channel] = max(last.get(fact.channel, 0), fact.round if RANK_OF[fact.kind].by_channel else 0)
    chosen: dict[str, Fact] = {}
    for fact in known:
        rank = RANK_OF[fact.kind]
        if rank.by_channel and fact.round != last[fact.channel]:
            continue
        if fact.kind in TURNS and fact is not turns[-1]:
            continue
        source = fact.channel if rank.by_channel else ""
        if source not in chosen or rank.place < RANK_OF[chosen[source].kind].place:
            chosen[source] = fact
    return min(chosen.values(), key=lambda fact: (_is_weak(fact), SHOWN.index(RANK_OF[fact.kind].state)), default=None)


def _is_weak(fact: Fact) -> bool:
    return RANK_OF[fact.kind].by_channel and fact.channel in WEAK_CHANNELS


def _says_something(fact: Fact) -> bool:
    return not (_is_weak(fact) and RANK_OF[fact.kind].state in SAYS_LITTLE)


def _counts(fact: Fact, counts_from: int) -> bool:
    return fact.edition >= counts_from or fact.kind in LASTING


def state_of(
    facts: Iterable[Fact], *, has_address: bool = True, counts_from: int = 1, is_climbing: bool = False
) -> str:
    """The state of an obligation. `has_address` False: messages were planned, but none for this person. `is_climbing`:
    another channel is still to be tried, so nobody may say yet that none works.
    """
    fact = deciding_fact(facts, counts_from=counts_from)
    state = RANK_OF[fact.kind].state if fact else ObligationState.OPEN.value
    if not fact and not has_address:
        state = ObligationState.UNREACHABLE.value
    return ObligationState.OPEN.value if is_climbing and state == ObligationState.UNREACHABLE else state


def is_open(state: str, *, needs_acknowledgement: bool, needs_answer: bool = False) -> bool:
    """Does the person still owe something?"""
    if needs_answer:
        return state not in CLOSED_IF_ANSWER_NEEDED
    return state not in (CLOSED_IF_ACK_NEEDED if needs_acknowledgement else CLOSED_IF_READING_IS_ENOUGH)
