"""Lock one unit's line. Several are locked in the order of keys; a line below has a higher key than the one above."""

from apps.relays.models import RelayLine

BESIDE = (
    "relay__notice__sender",
    "relay__notice__unit",
    "notice__unit",
    "unit",
    "parent__unit",
    "stand_in",
    "signed_by",
    "signed_for",
    "passed_on",
    "reported_by",
    "decided_by",
)


def lock_line(key: int) -> RelayLine:
    """The row, locked, with everything that rules and services ask of it."""
    RelayLine.objects.select_for_update(no_key=True).only("pk").get(pk=key)
    return RelayLine.objects.select_related(*BESIDE).get(pk=key)
