"""Who may write articles. Reading is `Article.objects.visible_to(user)`."""

from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person


def can_write(user: Person) -> bool:
    """Clerks and the director."""
    return user.has_role(*HANDLER_ROLES)
