"""Where a request stands, in plain words: what happens next, who has it, until when, what this person owes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.approvals.models import Step
from apps.core.enums import Category
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.enums import MOVES, OWED_BY_REQUESTER, Product, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.reopening import may_still_reopen
from apps.servicedesk.rules import as_participant, is_requester
from apps.servicedesk.services.requesting import urged_today


@dataclass(frozen=True)
class Standing:
    """`owed`: what this person is waited for, "" for nothing. `urge`: what urging does, or why it is not possible."""

    following: str
    holder: str
    owed: str = ""
    urge: str = ""


def standing_of(item: Request, user: Person, at: datetime, *, step: Step | None, approval: str = "") -> Standing:
    """`step`: the sign-off that is open; `approval`: whose is still to be asked for. At most two queries.

    Who may act for the requester reads what the requester reads, but for urging.
    """
    own = is_requester(user, item)
    mine = own or as_participant(user, item) is not None
    return Standing(
        following=following(item, mine, at, step=step, approval=approval),
        holder=holder(item, mine, step),
        owed=owed(item) if mine else "",
        urge=urging(item, user, at) if own else "",
    )


def following(item: Request, mine: bool, at: datetime, *, step: Step | None, approval: str) -> str:
    """What happens next."""
    if item.state == RequestState.SUBMITTED:
        return _("A clerk takes it on and checks it.")
    if item.state in OWED_BY_REQUESTER:
        return (
            _("The office goes on as soon as you have done your part.") if mine else _("The requester does their part.")
        )
    if item.state == RequestState.IN_APPROVAL:
        return _("%(who)s decides; then the office goes on.") % {"who": decider(step)}
    if item.category == Category.RUNNING and approval:
        return _("The office checks it and asks for approval: %(role)s.") % {"role": approval}
    if item.category == Category.RUNNING:
        return ending(item)
    if item.category == Category.PAUSED:
        return _("The office waits for something from outside and goes on then.")
    return after_closing(item, at)


def ending(item: Request) -> str:
    """How the work in hand ends."""
    if item.gives == Product.CERTIFICATE:
        return _("The office issues your certificate; you download it here.")
    if item.gives == Product.SEAL_USE:
        return _("The office puts the seal on the paper.")
    return _("The office does it and tells you.")


def after_closing(item: Request, at: datetime) -> str:
    if item.state == RequestState.MERGED:
        return _("The office handles it together with the other request that is named on top.")
    if item.state in MOVES["reopen"].sources and may_still_reopen(item, at):
        words = _("Nothing more. If something is not right, you can open it again for %(days)d working days.")
        return words % {"days": item.service.reopen_days}
    return _("Nothing more. You can ask for it anew at any time.")


def decider(step: Step | None) -> str:
    if step is None:
        return _("The approver")
    return step.approver.name if step.approver else str(Role(step.role).label)


def holder(item: Request, mine: bool, step: Step | None) -> str:
    """Who has it now."""
    if not item.is_open:
        return ""
    if item.state in OWED_BY_REQUESTER:
        return pgettext("standing", "you") if mine else item.requester.name
    if item.state == RequestState.IN_APPROVAL:
        return decider(step)
    return item.handler.name if item.handler else _("%(unit)s; nobody in particular yet") % {"unit": item.unit}


def owed(item: Request) -> str:
    if item.state == RequestState.RETURNED:
        return _("The correction of the answers named on top.")
    if item.state == RequestState.WAITING_REQUESTER:
        return _("An answer to the question on top.")
    return ""


def urging(item: Request, user: Person, at: datetime) -> str:
    """The limits of urging, for who may do it."""
    if item.is_running and urged_today(item, user, at):
        return _("You have urged today; you can do so again from the next working day on.")
    if item.is_running:
        return _("You may urge once a working day. The handler is reminded at once, and it stands in the history.")
    if item.is_open:
        return _("There is nothing to urge while the office waits; the time does not run either.")
    return ""
