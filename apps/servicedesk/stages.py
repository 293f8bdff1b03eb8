"""The steps bar of a request: what lies behind, where it stands, what comes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.people.enums import Role
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request


@dataclass(frozen=True)
class StepsBar:
    """Names in order and the number of the present one from 1; more than all of them: everything is done."""

    names: tuple[str, ...]
    current: int


def last_name(item: Request) -> str:
    """What stands at the end: the paper, the seal, or simply done."""
    if item.state == RequestState.REFUSED:
        return _("Refused")
    if item.state == RequestState.WITHDRAWN:
        return _("Withdrawn")
    if item.state == RequestState.MERGED:
        return _("Merged")
    return {Product.CERTIFICATE: _("Certificate"), Product.SEAL_USE: _("Sealed")}.get(item.service.product) or _("Done")


def stages_of(item: Request) -> list[tuple[str, str]]:
    """(key, name) of each step that this request goes through. A pause is a step only while it lasts."""
    rows = [("filed", _("Filed"))]
    if item.state == RequestState.RETURNED:
        rows.append(("paused", _("Correction")))
    if item.state == RequestState.WAITING_REQUESTER:
        rows.append(("paused", _("Your answer")))
    rows.append(("handled", _("In hand")))
    if item.service.approval_role:
        role = Role(item.service.approval_role).label
        rows.append(("approved", _("Approval: %(role)s") % {"role": role}))
    rows.append(("done", last_name(item)))
    return rows


CURRENT = {
    RequestState.DRAFT: "filed",
    RequestState.SUBMITTED: "handled",
    RequestState.RETURNED: "paused",
    RequestState.WAITING_REQUESTER: "paused",
    RequestState.IN_APPROVAL: "approved",
}


def steps_bar(item: Request, steps: Iterable[Step]) -> StepsBar:
    """The bar of `item`; `steps` are its approval steps (read once for the page)."""
    rows = stages_of(item)
    keys = [key for key, _name in rows]
    names = tuple(name for _key, name in rows)
    if not item.is_open and item.state != RequestState.DRAFT:
        return StepsBar(names, len(names) + 1)
    approved = any(step.state == StepState.APPROVED for step in steps)
    key = CURRENT.get(RequestState(item.state)) or ("done" if approved else "handled")
    return StepsBar(names, keys.index(key) + 1 if key in keys else 1)
