"""Who may do what with official documents. What state it must be in stands in the services."""

from datetime import datetime

from apps.documents.models import Document
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person

REGISTRARS = (Role.CLERK, Role.DIRECTOR)
DECIDERS = (Role.DIRECTOR, Role.LEADER)
DRAFTERS = (Role.CLERK, Role.DIRECTOR, Role.UNIT_SECRETARY, Role.UNIT_HEAD)


def can_register(user: Person) -> bool:
    """Sign for papers, enter them in the register, number what goes out."""
    return user.is_active and user.has_role(*REGISTRARS)


def can_draft(user: Person) -> bool:
    return user.is_active and user.has_role(*DRAFTERS)


def can_edit_series(user: Person) -> bool:
    return user.is_active and user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR)


def can_handle(user: Person, document: Document, at: datetime) -> bool:
    """Its handler, who stands in for them, and the director (one query for a deputy)."""
    return user.is_active and (user.has_role(Role.DIRECTOR) or handles_for(user, document, at) is not False)


def handles_for(user: Person, document: Document, at: datetime) -> Person | bool | None:
    """None: the handler in person; a person: the handler for whom `user` acts; False: neither."""
    if document.handler_id == user.pk or (document.handler_id is None and can_register(user)):
        return None
    for person in principals(user, scope=DeputyScope.DOCUMENTS, at=at):
        if person.pk == document.handler_id:
            return person
    return False


def acts_for(user: Person, document: Document, at: datetime) -> Person | None:
    """For whom `user` acts on it: the handler stood in for; None in the own name (also the director)."""
    found = handles_for(user, document, at)
    return found if isinstance(found, Person) else None


def can_urge(user: Person, document: Document) -> bool:
    """The office presses its handler; nobody themselves."""
    return user.has_role(*OFFICE_ROLES) and document.handler_id not in (None, user.pk)


def can_extend(user: Person) -> bool:
    """More time is given by the director and the leaders."""
    return user.is_active and user.has_role(*DECIDERS)


def can_set_due(user: Person, document: Document, at: datetime) -> bool:
    return can_extend(user) or can_handle(user, document, at)


def can_let_in(user: Person, document: Document, at: datetime) -> bool:
    """Who needs to know is said by who handles it, the director and the leaders."""
    return can_extend(user) or can_handle(user, document, at)


def can_see_ledger(user: Person) -> bool:
    return user.is_active and user.has_role(*OFFICE_ROLES)


def can_remove_classified(user: Person, document: Document) -> bool:
    """A paper that turned out to be classified is taken out of the portal by the director alone."""
    return user.is_active and user.has_role(Role.DIRECTOR) and document.is_incoming


def can_void(user: Person, document: Document) -> bool:
    """A number is taken out of use by the director alone, with a reason; that of an outgoing paper on its own page."""
    return user.is_active and user.has_role(Role.DIRECTOR) and document.is_incoming
