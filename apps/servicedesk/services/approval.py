"""Sign-off of a request: asked in the turns of its plan, decided; both things move in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals import services as approvals
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.servicedesk.catalogue_enums import OfficePart, StepWho
from apps.servicedesk.models import Request, Return
from apps.servicedesk.plan import PlannedStep
from apps.servicedesk.services.answers import office_part_missing
from apps.servicedesk.services.assigning import assign_by_rule
from apps.servicedesk.services.errors import UnableToAsk, UnableToDecide
from apps.servicedesk.services.moving import begin, finish, follow, lock, touch
from apps.servicedesk.services.plans import wanted_of
from apps.servicedesk.services.sealing import pass_when_approved
from apps.servicedesk.services.telling import (
    asked_of_nobody,
    handler_side,
    requester_side,
    tell_office,
    tell_people,
    tell_undecided,
    those_asked,
)
from apps.servicedesk.sign_off import mark, missing_of, needed_of

STEP_NAME = {"zh-hant": "審批", "zh-hans": "审批", "en": "Approval"}
USUAL = PlannedStep(order=1, name=STEP_NAME, who=StepWho.ROLE, role=Role.DIRECTOR)  # where the plan names nobody


@transaction.atomic
def ask_approval(*, request: Request, actor: Person, version: int | None = None, at: datetime | None = None) -> Request:
    """Ask for what the plan still needs (the director where it needs nothing). Raises UnableToAsk when it is asked
    already, or when the office has to fill in its part first.
    """
    begun = begin(request=request, verb="ask_approval", actor=actor, at=at, version=version)
    row = begun.request
    if begun.repeated:
        return row
    if row.service.office_part == OfficePart.BEFORE_APPROVAL and (names := office_part_missing(row)):
        raise UnableToAsk(_("Fill in the office's part first: %(names)s.") % {"names": names})
    put_before(row, missing_of(row) or [USUAL], actor=actor, at=begun.at)
    finish(begun)
    tell_asked(row, actor=actor, at=begun.at)
    return row


def put_before(row: Request, steps: Sequence[PlannedStep], *, actor: Person, at: datetime) -> None:
    """A new round of these steps. Whom the request is for and who filed it decide none of them. Raises UnableToAsk."""
    barred = {row.requester, row.filed_by}
    wanted = wanted_of(row, steps, barred)
    try:
        approvals.ask_in_order(subject=row, steps=wanted, due_at=row.due_at, barred=barred, actor=actor, at=at)
    except approvals.UnableToAsk as error:
        raise UnableToAsk(str(error)) from error


def tell_asked(row: Request, *, actor: Person, at: datetime, decided: Step | None = None) -> None:
    """Who may decide the turn that was opened hears of it, the directors of what nobody can decide; `decided`: the
    decision that opened it.
    """
    tell_people(those_asked(row, at, after=decided), "approval_asked", request=row, actor=actor, at=at)
    tell_undecided(row, asked_of_nobody(row, at, after=decided), at=at)


def first_steps(row: Request) -> list[PlannedStep]:
    """What has to be decided before the office starts; nothing where somebody of the office has it."""
    return [] if row.handler_id else [step for step in missing_of(row) if step.is_at_once]


def ask_first(row: Request, *, actor: Person, at: datetime) -> bool:
    """Lay a request that was just handed in, or corrected, before those who decide before the office starts; gives
    whether there are any. Not when somebody of the office has it already: then they ask. The caller holds the lock.
    """
    steps = first_steps(row)
    if not steps:
        return False
    put_before(row, steps, actor=actor, at=at)
    follow(row, "lay_before", actor=actor, at=at)
    tell_asked(row, actor=actor, at=at)
    return True


@transaction.atomic
def recall_approval(
    *, request: Request, actor: Person, version: int | None = None, at: datetime | None = None
) -> Request:
    """Take the request back from those who are asked, because one of them cannot decide it, say. What is approved
    stays; the rest is asked for again. Raises UnableToRecall.
    """
    begun = begin(request=request, verb="recall_approval", actor=actor, at=at, version=version)
    if begun.repeated:
        return begun.request
    approvals.call_off(subject=begun.request, actor=actor, at=begun.at)
    return finish(begun)


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
    """Decide a step and, when it was the last of those that were asked for, or a no, move its request. `version` is
    the step's. The same decision again changes nothing.

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
    if decision == StepState.APPROVED and Step.objects.about(row).filter(state=StepState.ASKED).exists():
        return note_approved(row, step, actor=actor, at=at)
    verb = verb_of(row, step, decision)
    if verb == "send_back_first":
        return_everything(row, step, at=at)
    responds = row.handler_id is not None or decision != StepState.APPROVED
    chosen = assign_by_rule(row, at) if verb == "clear" else None
    words = {"note": step.note, "on_behalf_of": step.on_behalf_of, "changes": {"step": step.pk}}
    follow(row, verb, actor=actor, at=at, responds=responds, **words)
    if verb == "approve":
        pass_when_approved(row, step, actor=actor, at=at)
    if verb == "clear":
        tell_office(row, actor=actor, at=at, by_rule=bool(chosen and chosen.person))
    else:
        tell_decided(row, verb, actor=actor, note=step.note, at=at)
    return row


def decide_step(*, step_id: int, **given: object) -> Step:
    """`approvals.decide`, its refusals in this app's words."""
    try:
        return approvals.decide(step_id=step_id, **given)
    except approvals.UnableToDecide as error:
        raise UnableToDecide(str(error)) from error


def note_approved(row: Request, step: Step, *, actor: Person, at: datetime) -> Request:
    """One of several approved: the request stays where it is, and the next turn, if it opened, hears of it."""
    touch(row, at=at)
    record(
        actor=actor,
        on_behalf_of=step.on_behalf_of,
        verb="approve_step",
        obj=row,
        changes={"step": step.pk},
        note=step.note,
        at=at,
    )
    tell_asked(row, actor=actor, at=at, decided=step)
    return row


def verb_of(row: Request, step: Step, decision: StepState) -> str:
    """Which move the decision of `step` makes. Before the office has started, a yes lets it start and a "not yet" goes
    to the requester; later both go to the handler.
    """
    first = {mark(each.name) for each in needed_of(row) if each.is_at_once}
    before_the_office = row.handler_id is None and mark(step.name) in first
    if decision == StepState.REFUSED:
        return "decline"
    if decision == StepState.APPROVED:
        return "clear" if before_the_office else "approve"
    return "send_back_first" if before_the_office else "send_back"


def return_everything(row: Request, step: Step, *, at: datetime) -> None:
    """Open all the requester's own answers for correction, with the words of who sent it back."""
    keys = [each.key for each in read_fields(row.answer_set.form_version) if each.is_for_person]
    before = {key: row.answer_set.answers.get(key) for key in keys}
    Return.objects.create(
        request=row, fields=keys, note=step.note, returned_by=step.decided_by, at=at, answers_before=before
    )
    row.return_count += 1


def tell_decided(request: Request, verb: str, *, actor: Person, note: str, at: datetime) -> None:
    """The handler hears of every decision (the clerks where nobody has it), the requester of a refusal and of what
    comes back to them.
    """
    said = {"request": request, "actor": actor, "at": at, "note": note}
    if verb == "decline":
        tell_people([*requester_side(request, at), request.handler], "refused", **said)
    elif verb == "send_back_first":
        tell_people(requester_side(request, at), "returned", **said)
    else:
        tell_people(handler_side(request, at), "approved" if verb == "approve" else "sent_back", **said)
