"""In whose place somebody acts about a notice, so that both names are kept and shown."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.notices.managers import looked_after
from apps.notices.models import Notice
from apps.notices.rules import CHASING_ROLES
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope
from apps.people.models import Person, Post


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


def acts_for_sender(user: Person, notice: Notice) -> Person | None:
    """The sender in whose place the user acts; None for the sender, and for who has a right of the own."""
    if user.has_role(*CHASING_ROLES) or notice.sender_id == user.pk:
        return None
    stood_in = principals(user, scope=DeputyScope.NOTICES, at=now())
    return next((person for person in stood_in if person.pk == notice.sender_id), None)


def stood_in_for(user: Person, notice: Notice) -> list[Person]:
    """Whose list of people it is that the user looks at: the sender's, or that of unit secretaries; nobody's but the
    own.
    """
    if notice.sender_id == user.pk:
        return []
    sender = acts_for_sender(user, notice)
    return [sender] if sender else secretaries_stood_in_for(user)


def acts_for(user: Person, person: Person, notice: Notice | None = None) -> Person | None:
    """The secretary of `person`'s unit, or the sender of `notice`, in whose place the user acts; None: an own right."""
    if user.has_role(*CHASING_ROLES) or (notice and notice.sender_id == user.pk):
        return None
    places = list(Post.objects.current().filter(person=person).values_list("unit__path", flat=True))
    found = {path: who for path, who in looked_after(user).items() if any(each.startswith(path) for each in places)}
    if found and None not in found.values():
        return next(iter(found.values()))
    return None if found or notice is None else acts_for_sender(user, notice)
