"""The buttons on a dashboard's row. What is offered here is checked again by the service that does it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.work_item import Action, Section
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.enums import MOVES, OWED_BY_REQUESTER, RequestState
from apps.servicedesk.models import Request


def actions_for(row: Request, section: Section, user: Person, *, step: Step | None = None) -> tuple[Action, ...]:
    """The actions of a row, the most likely first."""
    if section == Section.DECIDE and step:
        return decisions(row, step)
    if section == Section.MINE and row.state in OWED_BY_REQUESTER:
        return (to_requester(row),)
    if row.requester_id == user.pk:
        return ()
    if user.has_role(Role.DIRECTOR):
        return of_director(row, section)
    return (take(row),) if can_be_taken(row) and user.has_role(Role.CLERK) else ()


def can_be_taken(row: Request) -> bool:
    """Nobody has it, and the office may go on with it."""
    return row.handler_id is None and row.state in MOVES["take"].sources


def decisions(row: Request, step: Step) -> tuple[Action, ...]:
    url = reverse("servicedesk:decide", args=[row.pk])

    def fields(decision: StepState) -> dict[str, str]:
        return {"step": str(step.pk), "step_version": str(step.version), "decision": str(decision)}

    return (
        Action(_("Approve"), url, key="y", post=True, primary=True, fields=fields(StepState.APPROVED)),
        Action(_("Send back"), url, key="b", post=True, needs_reason=True, fields=fields(StepState.RETURNED)),
        Action(_("Refuse"), url, post=True, needs_reason=True, fields=fields(StepState.REFUSED)),
    )


def of_director(row: Request, section: Section) -> tuple[Action, ...]:
    actions = [Action(_("Assign"), form(row, "assign"), key="a")]
    if section == Section.UNASSIGNED and can_be_taken(row):
        actions.append(take(row))
    if section in (Section.OVERDUE, Section.SOON, Section.STUCK) and row.is_running:
        actions.append(Action(_("Urge"), reverse("servicedesk:urge", args=[row.pk]), key="n", post=True))
        actions.append(Action(_("New date"), form(row, "set_due"), key="d"))
    return tuple(actions)


def take(row: Request) -> Action:
    return Action(_("Take it on"), reverse("servicedesk:take", args=[row.pk]), key="t", post=True, primary=True)


def to_requester(row: Request) -> Action:
    label = _("Correct") if row.state == RequestState.RETURNED else _("Answer")
    return Action(label, row.get_absolute_url(), primary=True)


def form(row: Request, verb: str) -> str:
    """The request's page with the form of a move open."""
    return f"{row.get_absolute_url()}?do={verb}#do"
