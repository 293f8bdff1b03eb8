"""What is known of one person and one notice, computed from evidence alone. Pure: no database here.

One table says which kind of evidence gives which state and what beats what. `projection.py` makes its SQL from the same
table, so the stored state and this function cannot come to disagree.
"""

from collections.abc import Iterable
from typing import NamedTuple

from apps.delivery.enums import EvidenceKind
from apps.notices.enums import CLOSED_IF_ACK_NEEDED, CLOSED_IF_READING_IS_ENOUGH, ObligationState


class Rank(NamedTuple):
    """`place`: smaller wins. Evidence `by_mail` counts in the last round that has any: an address may be mended."""

    kind: str
    state: str
    place: int
    by_mail: bool


# The strongest first. What the person did or somebody answers for by name stands above any mail; a bounce stands above
# "delivered": both can be true, and the bounce is the one that asks for work. `uncertain` proves nothing: not here.
BY_PERSON = (
    (EvidenceKind.ACKNOWLEDGED, ObligationState.ACKNOWLEDGED),
    (EvidenceKind.EXCUSED, ObligationState.EXCUSED),
    (EvidenceKind.OPENED, ObligationState.OPENED),
    (EvidenceKind.TOLD, ObligationState.TOLD),
)
BY_MAIL = (
    (EvidenceKind.COMPLAINED, ObligationState.BOUNCED),
    (EvidenceKind.BOUNCED_HARD, ObligationState.BOUNCED),
    (EvidenceKind.BLOCKED, ObligationState.BOUNCED),
    (EvidenceKind.BOUNCED_SOFT, ObligationState.BOUNCED),
    (EvidenceKind.DELIVERED, ObligationState.REACHED),
    (EvidenceKind.RELAYED, ObligationState.NOTIFIED),
    (EvidenceKind.SEEN_HINT, ObligationState.NOTIFIED),
    (EvidenceKind.UNKNOWN, ObligationState.NOTIFIED),
    (EvidenceKind.DELAYED, ObligationState.NOTIFIED),
    (EvidenceKind.HANDED_OFF, ObligationState.NOTIFIED),
    (EvidenceKind.FAILED, ObligationState.UNREACHABLE),
)
RANKS = tuple(
    Rank(kind.value, state.value, place, place >= len(BY_PERSON))
    for place, (kind, state) in enumerate(BY_PERSON + BY_MAIL)
)
RANK_OF = {rank.kind: rank for rank in RANKS}


class Fact(NamedTuple):
    """A piece of evidence, as far as states go: in which round of the notice, and what it says."""

    round: int
    kind: str


def deciding_kind(facts: Iterable[Fact]) -> str | None:
    """The kind of evidence on which the state rests; None when nothing says anything."""
    known = [fact for fact in facts if fact.kind in RANK_OF]
    last = max((fact.round for fact in known if RANK_OF[fact.kind].by_mail), default=0)
    counted = [fact.kind for fact in known if not RANK_OF[fact.kind].by_mail or fact.round == last]
    return min(counted, key=lambda kind: RANK_OF[kind].place, default=None)


def state_of(facts: Iterable[Fact], *, has_address: bool = True) -> str:
    """The state of an obligation. `has_address` False: mail was planned for the notice, but none for this person."""
    kind = deciding_kind(facts)
    if kind:
        return RANK_OF[kind].state
    return ObligationState.OPEN.value if has_address else ObligationState.UNREACHABLE.value


def is_open(state: str, *, needs_acknowledgement: bool) -> bool:
    """Does the person still owe something?"""
    return state not in (CLOSED_IF_ACK_NEEDED if needs_acknowledgement else CLOSED_IF_READING_IS_ENOUGH)
