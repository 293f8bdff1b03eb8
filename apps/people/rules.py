"""Who may do what with people, units, groups and deputies."""

from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Group, Person

EDITORS = (Role.ADMINISTRATOR, Role.DIRECTOR)


def can_list_people(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES, Role.UNIT_SECRETARY)


def can_edit_people(user: Person) -> bool:
    """Names, posts, activity. Rights hang on posts, so this is for few."""
    return user.has_role(*EDITORS)


def can_give_role(user: Person, role: str) -> bool:
    """Only an administrator makes administrators."""
    return user.has_role(Role.ADMINISTRATOR) or (role != Role.ADMINISTRATOR and user.has_role(Role.DIRECTOR))


def can_deactivate(user: Person, person: Person) -> bool:
    """A director cannot shut administrators out."""
    return can_edit_people(user) and (user.has_role(Role.ADMINISTRATOR) or not person.has_role(Role.ADMINISTRATOR))


def can_invite(user: Person) -> bool:
    return user.has_role(Role.CLERK, *EDITORS)


def can_edit_contacts(user: Person) -> bool:
    """Names in chat services and telephone numbers of others. Mail addresses stay with the person, who proves them."""
    return user.has_role(Role.CLERK, *EDITORS)


def can_edit_units(user: Person) -> bool:
    return user.has_role(*EDITORS)


def can_make_groups(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES, Role.UNIT_SECRETARY)


def can_edit_group(user: Person, group: Group) -> bool:
    return group.owner_id == user.pk or user.has_role(Role.CLERK, *EDITORS)


def can_set_deputy(user: Person, principal: Person) -> bool:
    """One's own deputy; the director and administrators for others."""
    return user.is_active and (user.pk == principal.pk or user.has_role(*EDITORS))
