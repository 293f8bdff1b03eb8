"""Who may read the summary."""

from apps.people.enums import Role
from apps.people.models import Person


def can_read_summary(user: Person) -> bool:
    """Leaders and the director: they see every row that a figure counts."""
    return user.has_role(Role.LEADER, Role.DIRECTOR)
