"""In whose name somebody may act on a request."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, DeputyScope, Role
from apps.people.models import Person
from apps.servicedesk.enums import (
    MOVES,
    RequestState,
    Who,
)
from apps.servicedesk.models import Participant, Request


@dataclass(frozen=True)
class Capacity:
    """In whose name somebody acts: the own one, or that of `on_behalf_of`."""

    on_behalf_of: Person | None = None


def is_requester(person: Person, request: Request) -> bool:
    """The person it is for, or who filed it at the counter for somebody, while of the office. A draft is for who writes
    it alone.
    """
    if request.state == RequestState.DRAFT and person.pk != request.filed_by_id:
        return False
    return person.pk == request.requester_id or (person.pk == request.filed_by_id and person.is_office)


def is_handler(person: Person, request: Request) -> bool:
    """Who has it; the director always; while nobody has it, any clerk. Nobody their own request."""
    if person.pk == request.requester_id:
        return False
    if person.pk == request.handler_id or person.has_role(Role.DIRECTOR):
        return person.has_role(*HANDLER_ROLES)
    return request.handler_id is None and person.has_role(*HANDLER_ROLES)


def is_director(person: Person, request: Request) -> bool:
    return person.has_role(Role.DIRECTOR)


def is_approver(person: Person, request: Request, at: datetime) -> bool:
    return Step.objects.waiting_for(person, at).about(request).exists()


TESTS = {Who.REQUESTER: is_requester, Who.HANDLER: is_handler, Who.DIRECTOR: is_director}


def capacity(user: Person, request: Request, who: Who, at: datetime | None = None) -> Capacity | None:
    """In which capacity `user` is `who` for the request; None if in none."""
    if not user.is_active or who == Who.PORTAL:
        return None
    if who == Who.HANDLER and user.pk == request.requester_id:  # as nobody's deputy either
        return None
    if who == Who.APPROVER:  # the step itself knows for whom a deputy decides
        return Capacity() if is_approver(user, request, at or now()) else None
    if TESTS[who](user, request):
        return Capacity()
    for principal in principals(user, scope=DeputyScope.REQUESTS, at=at or now()):
        if TESTS[who](principal, request):
            return Capacity(principal)
    return None


def refusal(user: Person, request: Request, who: Who) -> str:
    """Why `user` is not `who` for the request, kindly."""
    if who == Who.HANDLER and user.pk == request.requester_id and user.has_role(*HANDLER_ROLES):
        return _("This is your own request: a colleague has to handle it.")
    return _("This is not yours to do.")


PARTICIPANTS_MAY = frozenset({"correct", "answer"})


def participation(user: Person, request: Request) -> Participant | None:
    """The row by which `user` takes part beside the requester; kept with this `request` (one query)."""
    if is_requester(user, request):
        return None
    kept = request.__dict__.setdefault("_participations", {})
    if user.pk not in kept:
        rows = Participant.objects.filter(request=request, person=user, ended_at__isnull=True)
        kept[user.pk] = rows.first()
    return kept[user.pk]


def as_participant(user: Person, request: Request) -> Capacity | None:
    """Somebody whom the requester lets act: both names are kept."""
    row = participation(user, request) if user.is_active else None
    return Capacity(request.requester) if row and row.may_act else None


def capacity_for(user: Person, verb: str, request: Request, at: datetime | None = None) -> Capacity | None:
    """In which capacity `user` may make this move; None if in none."""
    found = capacity(user, request, MOVES[verb].who, at)
    if found is None and verb in PARTICIPANTS_MAY:
        return as_participant(user, request)
    return found


def can_move(user: Person, verb: str, request: Request, at: datetime | None = None) -> bool:
    """May `user` make this move (enums.MOVES) now?"""
    if request.state not in MOVES[verb].sources or (verb == "take" and is_taken(request)):
        return False
    return capacity_for(user, verb, request, at) is not None


def is_taken(request: Request) -> bool:
    """Somebody works on it: there is nothing to take on. What nobody has may be taken in the midst of the work too."""
    return request.handler_id is not None and request.state == RequestState.IN_PROGRESS
