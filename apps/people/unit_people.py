"""Who holds a post in a unit, who stands in for these people, and at which numbers they are called."""

from collections.abc import Iterable
from datetime import datetime

from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Deputy, Person, Post


def holders_of(units: Iterable[int], *roles: str) -> dict[int, list[Person]]:
    """Who holds one of these posts today, by unit, those in their main post first (one query)."""
    posts = Post.objects.current().filter(unit__in=list(units), role__in=roles, person__is_active=True)
    found: dict[int, list[Person]] = {}
    for post in posts.select_related("person").order_by("-is_main", "pk"):
        people = found.setdefault(post.unit_id, [])
        if post.person not in people:
            people.append(post.person)
    return found


def deputies_by_principal(people: Iterable[Person], *, scope: str, at: datetime) -> dict[int, list[Person]]:
    """By the one stood in for (one query)."""
    rows = Deputy.objects.in_force(at).covering(scope).filter(principal__in=[each.pk for each in people])
    found: dict[int, list[Person]] = {}
    for row in rows.filter(deputy__is_active=True).select_related("deputy").order_by("deputy_id"):
        found.setdefault(row.principal_id, []).append(row.deputy)
    return found


def phones_of(people: Iterable[int]) -> dict[int, list[str]]:
    """The numbers that work, by person, the main one first (one query)."""
    points = ContactPoint.objects.filter(person__in=list(people), kind=ContactKind.PHONE, dead_at__isnull=True)
    found: dict[int, list[str]] = {}
    for person, value in points.order_by("-is_primary", "pk").values_list("person_id", "value"):
        found.setdefault(person, []).append(value)
    return found
