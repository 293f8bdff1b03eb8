"""Who may read the summary, and who gives it to others by mail."""

from apps.people.enums import Role
from apps.people.models import Person

SUMMARY_ROLES = (Role.LEADER, Role.DIRECTOR)


def can_read_summary(user: Person) -> bool:
    """Leaders and the director: they see every row that a figure counts. Nobody else gets it by mail either."""
    return user.has_role(*SUMMARY_ROLES)


def can_give_summary(user: Person) -> bool:
    """To set up and stop the mails of others. An administrator may, without reading the summary."""
    return user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR)
