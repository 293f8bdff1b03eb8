"""Who may act for whom at a moment. A deputy cannot hand the power on."""

from datetime import datetime

from apps.core.read_once import once
from apps.people.models import Deputy, Person


def principals(user: Person, *, scope: str, at: datetime) -> list[Person]:
    """The people for whom `user` may act in `scope` at `at` (one query; within `reading_once` for all scopes)."""
    rows = once(("stands in for", user.pk), lambda: standing_in(user))
    return [row.principal for row in rows if row.covers(scope, at)]


def standing_in(user: Person) -> list[Deputy]:
    """All that were not revoked, whenever they begin and end."""
    rows = Deputy.objects.filter(deputy=user, principal__is_active=True, revoked_at__isnull=True)
    return list(rows.select_related("principal").order_by("principal_id"))


def deputies_of(person: Person, *, scope: str, at: datetime) -> list[Person]:
    """The people who may act for `person` in `scope` at `at` (one query)."""
    rows = Deputy.objects.in_force(at).covering(scope).filter(principal=person, deputy__is_active=True)
    return [row.deputy for row in rows.select_related("deputy").order_by("deputy_id")]
