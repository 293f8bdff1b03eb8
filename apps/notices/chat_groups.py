"""To which chat groups a sender may post."""

from collections.abc import Collection

from django.db.models import QuerySet

from apps.delivery.models import GroupRobot
from apps.notices.rules import can_address_all
from apps.people.models import Person


def robots_for(user: Person) -> QuerySet[GroupRobot]:
    """Those of the whole college for the office, and those of the own units."""
    robots = GroupRobot.objects.active().order_by("name")
    if can_address_all(user):
        return robots
    return robots.filter(unit__in=[post.unit_id for post in user.current_posts])


def allowed(user: Person, robots: Collection[int]) -> list[int]:
    """Of the groups that a template names, those that this sender may post to."""
    return sorted(robots_for(user).filter(pk__in=robots).values_list("pk", flat=True)) if robots else []
