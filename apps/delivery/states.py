"""What a delivery's state is, from the evidence alone."""

from collections.abc import Iterable

from apps.delivery.enums import STRENGTH, DeliveryState


def state_of(kinds: Iterable[str]) -> DeliveryState:
    """The strongest state that has evidence, whatever the order in which it came; `planned` when there is none.

    Kinds that speak of the person and not of the mail (acknowledged, excused, told) do not count.
    """
    known = set(kinds)
    return DeliveryState(next((state for state in STRENGTH if state in known), DeliveryState.PLANNED))
