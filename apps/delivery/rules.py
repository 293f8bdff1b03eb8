"""Who may look at the post room and act in it."""

from apps.people.enums import Role
from apps.people.models import Person

POST_ROOM = (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)


def can_run_post_room(user: Person) -> bool:
    """See all deliveries, give mails to deliveries, send again."""
    return user.has_role(*POST_ROOM)


def can_keep_robots(user: Person) -> bool:
    """Name the chat groups to which the office posts, and try them."""
    return user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR)
