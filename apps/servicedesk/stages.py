"""The steps bar of a request: what lies behind, where it stands, what comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.text import localized
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.plan import PlannedStep
from apps.servicedesk.sign_off import needed_of

TURN = "turn"


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
    if item.state == RequestState.LAPSED:
        return pgettext("request", "Closed")
    if item.state == RequestState.MERGED:
        return _("Merged")
    return {Product.CERTIFICATE: _("Certificate"), Product.SEAL_USE: _("Sealed")}.get(item.gives) or _("Done")


def stages_of(item: Request, steps: Sequence[Step] = ()) -> list[tuple[str, str]]:
    """(key, name) of each step that this request goes through. A pause is a step only while it lasts."""
    needed = needed_of(item)
    rows = [("filed", _("Filed"))]
    if item.state == RequestState.RETURNED:
        rows.append(("paused", _("Correction")))
    if item.state == RequestState.WAITING_REQUESTER:
        rows.append(("paused", _("Your answer")))
    if item.state == RequestState.WAITING_THIRD:
        rows.append(("paused", _("Waiting for others")))
    rows += turns_of([step for step in needed if step.is_at_once])
    rows.append(("handled", _("In hand")))
    rows += turns_of([step for step in needed if not step.is_at_once]) if needed else asked_beside_the_plan(steps)
    rows.append(("done", last_name(item)))
    return rows


def turns_of(steps: Iterable[PlannedStep]) -> list[tuple[str, str]]:
    """One step of the bar for each turn; those who are asked at the same time stand together."""
    found = groupby(steps, key=lambda step: step.order)
    return [(f"{TURN}{order}", " / ".join(str(step) for step in turn)) for order, turn in found]


def asked_beside_the_plan(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """What a handler asked for though the plan needs nothing."""
    last = max((step.round for step in steps), default=0)
    asked = [step for step in steps if step.round == last and step.state != StepState.CANCELLED]
    return [(f"{TURN}{step.order}", localized(step.name)) for step in asked]


CURRENT = {
    RequestState.DRAFT: "filed",
    RequestState.SUBMITTED: "handled",
    RequestState.RETURNED: "paused",
    RequestState.WAITING_REQUESTER: "paused",
    RequestState.WAITING_THIRD: "paused",
}


def steps_bar(item: Request, steps: Sequence[Step], *, missing: Sequence[PlannedStep] = ()) -> StepsBar:
    """The bar of `item`; `steps` are its approval steps (read once for the page), `missing` what is still needed."""
    rows = stages_of(item, steps)
    keys = [key for key, _name in rows]
    names = tuple(name for _key, name in rows)
    if not item.is_open and item.state != RequestState.DRAFT:
        return StepsBar(names, len(names) + 1)
    key = CURRENT.get(RequestState(item.state))
    if item.state == RequestState.IN_APPROVAL:
        asked = [step.order for step in steps if step.state == StepState.ASKED]
        key = f"{TURN}{min(asked)}" if asked else "handled"
    approved = any(step.state == StepState.APPROVED for step in steps) and not missing
    key = key or ("done" if approved else "handled")
    return StepsBar(names, keys.index(key) + 1 if key in keys else 1)
