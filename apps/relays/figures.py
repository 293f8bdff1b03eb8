"""How far the people of units are, counted from the notices that were passed on to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from apps.notices.models import Obligation
from apps.relays.models import RelayLine

DONE = Q(notice__needs_acknowledgement=True, acknowledged_at__isnull=False) | Q(
    notice__needs_acknowledgement=False, opened_at__isnull=False
)


@dataclass(frozen=True)
class Coverage:
    """Of the people one notice was passed on to: how many have done what it asks, as its own page counts them."""

    done: int = 0
    count: int = 0


def coverage(notices: Iterable[int | None]) -> dict[int, Coverage]:
    """By the key of the notice (one query)."""
    rows = Obligation.objects.filter(notice__in=[key for key in notices if key]).order_by().values_list("notice")
    counted = rows.annotate(done=Count("pk", filter=DONE), count=Count("pk"))
    return {key: Coverage(done, count) for key, done, count in counted}


def figures_of(line: RelayLine) -> dict[str, int]:
    """What a report says by itself: the own people, and what the accepted reports of units below said of theirs."""
    own = coverage([line.passed_on_id]).get(line.passed_on_id, Coverage())
    below = RelayLine.objects.filter(parent=line)
    figures = [row.figures for row in below if row.figures]
    return {
        "done": own.done + sum(each.get("done", 0) for each in figures),
        "count": own.count + sum(each.get("count", 0) for each in figures),
        "units": sum(1 + each.get("units", 0) for each in figures),
    }
