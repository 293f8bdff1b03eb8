"""Who may bring files in."""

from apps.people.enums import Role
from apps.people.models import Person
from apps.people.rules import can_edit_people

IMPORT_ROLES = (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)


def can_import(user: Person) -> bool:
    return user.has_role(*IMPORT_ROLES)


def can_reactivate(user: Person | None) -> bool:
    """As on the page of a person: deactivated people come back by few. Nobody named: the command line of the server."""
    return user is None or can_edit_people(user)
