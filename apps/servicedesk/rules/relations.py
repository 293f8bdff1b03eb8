"""Who may bring people, tasks and other requests together with a request, and let it come again."""

from datetime import datetime

from apps.core.clock import now
from apps.people.enums import HANDLER_ROLES, Role
from apps.people.models import Person
from apps.servicedesk.enums import (
    CLOSED_STATES,
    NEVER_REOPENED,
    NOT_REPEATED,
    RequestState,
    Who,
)
from apps.servicedesk.models import Recurrence, Request
from apps.servicedesk.reopening import may_still_reopen
from apps.servicedesk.rules.acting import takes_words
from apps.servicedesk.rules.capacity import capacity, is_requester, participation


def can_give_task(user: Person, request: Request, at: datetime | None = None) -> bool:
    return request.is_open and capacity(user, request, Who.HANDLER, at) is not None


def can_add_people(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Who takes part is up to the requester (or who filed it), and to whoever handles it."""
    if not takes_words(request):
        return False
    return any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))


def can_leave(user: Person, request: Request, at: datetime | None = None) -> bool:
    return user.is_active and participation(user, request) is not None


def can_link(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Clerks and the director; the other request is asked for its own right."""
    return user.is_active and request.state != RequestState.DRAFT and user.has_role(*HANDLER_ROLES)


def can_split(user: Person, request: Request, at: datetime | None = None) -> bool:
    return (
        takes_words(request) and user.has_role(*HANDLER_ROLES) and capacity(user, request, Who.HANDLER, at) is not None
    )


def can_follow_up(user: Person, request: Request, at: datetime | None = None) -> bool:
    """When it is closed and cannot be opened again: who asked, or filed it, asks anew from the old answers."""
    if request.state not in CLOSED_STATES or request.removed_at or not user.is_active:
        return False
    final = request.state in NEVER_REOPENED or not may_still_reopen(request, at or now())
    return final and is_requester(user, request)


def can_watch(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Everybody of the office; who is told anyway gets nothing twice."""
    return user.is_active and user.is_office and request.state != RequestState.DRAFT


def can_repeat(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Who asked, who filed it, and whoever handles it may keep it on dates, unless it was refused or taken back."""
    if request.state in NOT_REPEATED or request.removed_at or not user.is_active:
        return False
    return is_requester(user, request) or capacity(user, request, Who.HANDLER, at) is not None


def still_keeps(person: Person, row: Recurrence, at: datetime | None = None) -> bool:
    """Who keeps it counts while on the side from which it was begun (`managers.kept` says it of many rows)."""
    if person.pk != row.kept_by_id or not person.is_active:
        return False
    if person.pk == row.origin.requester_id or person.is_office:
        return True
    return capacity(person, row.origin, Who.HANDLER, at) is not None


def can_keep(user: Person, row: Recurrence) -> bool:
    """Change, pause or end it: who keeps it, in whose name it is, the director."""
    mine = user.pk == row.origin.requester_id or still_keeps(user, row)
    return user.is_active and (mine or user.has_role(Role.DIRECTOR))
