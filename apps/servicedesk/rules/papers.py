"""Who may do what with certificates and seals."""

from datetime import datetime

from django.db.models import Q

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.people.enums import HANDLER_ROLES, Role
from apps.people.models import Person
from apps.seals.enums import UseState
from apps.seals.models import SealUse
from apps.servicedesk.enums import (
    Product,
    RequestState,
    Who,
)
from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.rules.capacity import capacity


def can_manage_certificate(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Reissue or print once more: the director, or the clerk who handled the request, when it is done."""
    return request.state == RequestState.RESOLVED and capacity(user, request, Who.HANDLER, at) is not None


def can_revoke_certificate(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Whatever became of the request since: a wrong paper must not stay valid until it is done again."""
    return request.state != RequestState.DRAFT and capacity(user, request, Who.HANDLER, at) is not None


def can_pass_to_seal(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Whoever handles a request for a seal, while it is in progress and what was approved has no line in the ledger."""
    if request.gives != Product.SEAL_USE or request.state != RequestState.IN_PROGRESS:
        return False
    approved = Step.objects.about(request).filter(state=StepState.APPROVED).order_by("-round", "-order").first()
    sealed = Q(state=UseState.OPEN) | Q(state=UseState.CLOSED, step=approved)
    if SealUse.objects.about(request).filter(sealed).exists():
        return False
    return capacity(user, request, Who.HANDLER, at) is not None


def can_manage_paper(user: Person, paper: Certificate, at: datetime | None = None) -> bool:
    """Reissue, print once more: as its request; of a batch who issued it, and the director, never the own."""
    return can_manage_certificate(user, paper.request, at) if paper.request_id else can_manage_issued(user, paper)


def can_revoke_paper(user: Person, paper: Certificate, at: datetime | None = None) -> bool:
    return can_revoke_certificate(user, paper.request, at) if paper.request_id else can_manage_issued(user, paper)


def can_manage_issued(user: Person, paper: Certificate) -> bool:
    """A paper of a batch."""
    issued = user.pk == paper.issued_by_id and user.has_role(*HANDLER_ROLES)
    return user.is_active and user.pk != paper.person_id and (issued or user.has_role(Role.DIRECTOR))


def can_issue_batches(user: Person) -> bool:
    return user.is_active and user.has_role(*HANDLER_ROLES)
