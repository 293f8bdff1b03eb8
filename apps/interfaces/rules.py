"""Who lets programs in."""

from apps.interfaces.models import Integration
from apps.people.enums import Role
from apps.people.models import Person


def can_keep_integrations(user: Person) -> bool:
    """Make programs and tokens, and switch them off."""
    return user.has_role(Role.ADMINISTRATOR)


def can_revoke(user: Person, integration: Integration) -> bool:
    """Who answers for what is done in the own name may stop it at once."""
    return can_keep_integrations(user) or user.pk == integration.owner_id


def can_confirm(user: Person, integration: Integration) -> bool:
    """Let a program act in the own name, and end it: nobody does that for another."""
    return user.is_active and user.pk == integration.owner_id


def can_copy_data_of_others(user: Person) -> bool:
    return user.has_role(Role.ADMINISTRATOR)


def can_copy_data_of(user: Person, person: Person) -> bool:
    """Everybody the own data; an administrator somebody's, with the reason."""
    return user.is_active and (user.pk == person.pk or can_copy_data_of_others(user))
