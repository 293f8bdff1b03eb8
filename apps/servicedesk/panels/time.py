"""Time spent on a request, for the office."""

from dataclasses import dataclass

from django.db.models import Sum

from apps.people.models import Person
from apps.servicedesk.models import Request, TimeSpent

SHOWN = 20


@dataclass(frozen=True)
class Spent:
    total: int
    newest: list[TimeSpent]


def spent_of(item: Request, user: Person) -> Spent | None:
    """Sum and newest lines (two queries); None where the service does not ask for it, or outside the office."""
    if not item.service.counts_time or not user.is_office:
        return None
    rows = TimeSpent.objects.visible_to(user).filter(request=item)
    total = rows.aggregate(total=Sum("minutes"))["total"] or 0
    return Spent(total, list(rows.select_related("person").order_by("-pk")[:SHOWN]))
