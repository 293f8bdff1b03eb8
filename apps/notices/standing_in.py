"""Whose people somebody looks at who stands in for unit secretaries, as the line above a page says it. In whose place
an act is done stands in `rules.acts_for`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.notices.managers import looked_after
from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person


def secretaries_stood_in_for(user: Person) -> list[Person]:
    """Whose people the user sees, on the pages for unit secretaries; nobody where the user sees all people anyway."""
    if user.has_role(*OFFICE_ROLES):
        return []
    found = {person.pk: person for person in looked_after(user).values() if person}
    return list(found.values())


class Names(NamedTuple):
    """Who is stood in for, as the line above the page says it."""

    name: str


def names_of(people: Iterable[Person | None]) -> Names | None:
    """None where nobody is stood in for."""
    names = [person.name for person in people if person]
    return Names(_(", ").join(names)) if names else None
