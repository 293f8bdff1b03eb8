"""Who may do what with official documents. What state it must be in stands in the services."""

from datetime import datetime

from apps.documents.enums import Direction
from apps.documents.models import Document
from apps.people.deputies import principals
from apps.people.enums import DeputyScope, Role
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


def can_void(user: Person, document: Document) -> bool:
    """A number is taken out of use by the director alone, with a reason."""
    return user.is_active and user.has_role(Role.DIRECTOR) and document.direction in Direction.values
