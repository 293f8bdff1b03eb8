"""Who may bring files in."""

from apps.people.enums import Role
from apps.people.models import Person

IMPORT_ROLES = (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)


def can_import(user: Person) -> bool:
    return user.has_role(*IMPORT_ROLES)
