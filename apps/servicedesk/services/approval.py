"""Sign-off of a request: the office asks, the approver decides, both things move in one transaction."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.approvals import services as approvals
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.enums import MOVES
from apps.servicedesk.models import Request
from apps.servicedesk.services.approval_standing import approval_stands
from apps.servicedesk.services.errors import UnableToAsk, UnableToDecide
from apps.servicedesk.services.moving import Begun, begin, finish, lock
from apps.servicedesk.services.sealing import pass_when_approved
from apps.servicedesk.services.telling import approvers, requester_side, tell_people

INSTEAD = (Role.LEADER, Role.ADMINISTRATOR)
__all__ = ["approval_stands", "ask_approval", "decide_approval", "others_with", "role_to_ask"]
STEP_NAME = {"zh-hant": "審批", "zh-hans": "审批", "en": "Approval"}
VERB_OF_DECISION = {StepState.APPROVED: "approve", StepState.RETURNED: "send_back", StepState.REFUSED: "decline"}
WORD_OF_DECISION = {StepState.APPROVED: "approved", StepState.RETURNED: "sent_back"}


@transaction.atomic
def ask_approval(*, request: Request, actor: Person, version: int | None = None, at: datetime | None = None) -> Request:
    """Ask whoever the service names (else the director) to sign off. Raises UnableToAsk when it is asked already."""
    begun = begin(request=request, verb="ask_approval", actor=actor, at=at, version=version)
    row = begun.request
    if begun.repeated:
        return row
    barred = {row.requester, row.filed_by}
    role = role_to_ask(row, barred)
    try:
        step = approvals.ask(
            subject=row, name=STEP_NAME, role=role, due_at=row.due_at, barred=barred, actor=actor, at=begun.at
        )
    except approvals.UnableToAsk as error:
        raise UnableToAsk(str(error)) from error
    finish(begun)
    tell_people(approvers(step, begun.at), "approval_asked", request=row, actor=actor, at=begun.at)
    return row


def role_to_ask(request: Request, barred: Collection[Person]) -> str:
    """The role that the service names; a higher one when all who hold it are barred, because it is their own request.

    When nobody else can decide, the named role: the step waits for its next holder, and the page says so.
    """
    role = request.service.approval_role or Role.DIRECTOR
    holders = Person.objects.active()
    if others_with(role, barred).exists() or not holders.with_role(role).exists():
        return role
    return next((higher for higher in INSTEAD if others_with(higher, barred).exists()), role)


def others_with(role: str, barred: Collection[Person | int]) -> QuerySet:
    """Active people who hold `role`, without the barred (people or their keys)."""
    return Person.objects.active().with_role(role).exclude(pk__in=[getattr(each, "pk", each) for each in barred])


@transaction.atomic
def decide_approval(
    *,
    step_id: int,
    actor: Person,
    decision: StepState,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Decide a step and move its request. `version` is the step's. The same decision again changes nothing.

    Raises PermissionDenied, UnableToDecide (decided otherwise, called off, no reason given).
    """
    at = at or now()
    asked = Step.objects.get(pk=step_id)
    row = lock(asked.subject)
    # The request is locked first, as every move does; what the step says counts only from here on.
    was_open = Step.objects.filter(pk=step_id, state=StepState.ASKED).exists()
    step = decide_step(step_id=step_id, actor=actor, decision=decision, note=note, version=version, at=at)
    if not was_open:
        return row
    verb = VERB_OF_DECISION[decision]
    begun = Begun(row, MOVES[verb], actor, at, step.note, step.on_behalf_of)
    finish(begun, responds=True, changes={"step": step.pk})
    if decision == StepState.APPROVED:
        pass_when_approved(row, step, actor=actor, at=at)
    tell_decided(row, decision, actor=actor, note=step.note, at=at)
    return row


def decide_step(*, step_id: int, **given: object) -> Step:
    """`approvals.decide`, its refusals in this app's words."""
    try:
        return approvals.decide(step_id=step_id, **given)
    except approvals.UnableToDecide as error:
        raise UnableToDecide(str(error)) from error


def tell_decided(request: Request, decision: StepState, *, actor: Person, note: str, at: datetime) -> None:
    """The handler hears of every decision, the requester of a refusal."""
    if decision == StepState.REFUSED:
        tell_people(
            [*requester_side(request), request.handler], "refused", request=request, actor=actor, at=at, note=note
        )
    else:
        word = WORD_OF_DECISION[decision]
        tell_people([request.handler], word, request=request, actor=actor, at=at, note=note)
