"""The approval plan of a service: read it, write it, find the people it means for one request."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.approvals.services import Wanted
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.questionnaires.definitions import condition_from_json, condition_to_json
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.models import Request, Service, ServiceStep
from apps.servicedesk.plan import PlannedStep, plan_to_json, turns

INSTEAD = (Role.LEADER, Role.ADMINISTRATOR)


class PlanChanged(Exception):
    """Somebody else changed the plan meanwhile."""


def plan_of(service: Service) -> list[PlannedStep]:
    """The plan as new requests get it (one query; none when the steps are prefetched)."""
    rows = sorted(service.steps.all(), key=lambda row: (row.order, row.place))
    return [planned(row) for row in rows]


def planned(row: ServiceStep) -> PlannedStep:
    return PlannedStep(
        order=row.order,
        name=row.name,
        who=StepWho(row.who),
        role=row.role,
        unit_id=row.unit_id,
        person_id=row.person_id,
        any_of=row.any_of,
        asked=AskedWhen(row.asked),
        condition=condition_from_json(row.condition),
    )


def plan_print(service: Service) -> str:
    """A short mark of the whole plan: it differs when anybody changed anything."""
    text = json.dumps(plan_to_json(plan_of(service)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def save_plan(
    *, service: Service, steps: Iterable[PlannedStep], actor: Person | None, known: str | None = None
) -> list[PlannedStep]:
    """Put these steps in place of the plan; requests that are filed already keep theirs. `known`: the plan that the
    actor saw.

    The same plan again changes nothing. Raises PlanChanged.
    """
    row = Service.objects.select_for_update().get(pk=service.pk)
    before, after = plan_of(row), turns(list(steps))
    if known is not None and known != plan_print(row):
        raise PlanChanged(_("Somebody changed these steps meanwhile. This is how they are now."))
    if before == after:
        return before
    row.steps.all().delete()
    places: dict[int, int] = {}
    for step in after:
        places[step.order] = places.get(step.order, 0) + 1
        write_step(row, step, place=places[step.order])
    changes = {"steps": [plan_to_json(before), plan_to_json(after)]}
    record(actor=actor, verb="plan_changed", obj=row, changes=changes)
    return after


def write_step(service: Service, step: PlannedStep, *, place: int) -> None:
    ServiceStep.objects.create(
        service=service,
        order=step.order,
        place=place,
        name=dict(step.name),
        who=step.who,
        role=step.role,
        unit_id=step.unit_id,
        person_id=step.person_id,
        any_of=step.any_of,
        asked=step.asked,
        condition=condition_to_json(step.condition) if step.condition else {},
    )


def wanted_of(request: Request, steps: Sequence[PlannedStep], barred: Collection[Person]) -> list[Wanted]:
    """Whom to ask for these steps of `request`, see `who_decides`."""
    return [who_decides(step, unit=request.requester_unit, barred=barred) for step in steps]


def who_decides(step: PlannedStep, *, unit: Unit | None, barred: Collection[Person]) -> Wanted:
    """Whom a step asks about somebody of `unit`; the next higher when all whom it means are barred, because it is
    their own matter, or when there is no such person.

    A role that nobody holds at all is asked all the same: the step waits for its next holder, and the page says so.
    """
    role, unit_id, approver = step.role, None, None
    if step.who == StepWho.PERSON:
        approver = Person.objects.active().filter(pk=step.person_id).exclude(pk__in=keys_of(barred)).first()
        role = "" if approver else higher(barred) or INSTEAD[0]
    elif step.who == StepWho.HEAD:
        role, unit_id = head_of(unit, barred)
    elif step.who == StepWho.POST:
        role, unit_id = post_or_higher(step, barred)
    else:
        role = role_to_ask(step.role, barred)
    return Wanted(step.name, role=role, approver=approver, unit_id=unit_id, order=step.order, any_of=step.any_of)


def role_to_ask(role: str, barred: Collection[Person]) -> str:
    """`role`; a higher one when all who hold it are barred."""
    if others_with(role, barred).exists() or not Person.objects.active().with_role(role).exists():
        return role
    return higher(barred) or role


def post_or_higher(step: PlannedStep, barred: Collection[Person]) -> tuple[str, int | None]:
    """The post in its unit; a higher role when all who hold it are barred."""
    holders = Person.objects.active().with_post(step.role, [step.unit_id])
    if not holders.exists() or holders.exclude(pk__in=keys_of(barred)).exists():
        return step.role, step.unit_id
    found = higher(barred)
    return (found, None) if found else (step.role, step.unit_id)


def head_of(unit: Unit | None, barred: Collection[Person]) -> tuple[str, int | None]:
    """The nearest unit at or above `unit` with a head who is not barred, else the leader.

    A class has no head of its own: that of its department decides.
    """
    above = [int(key) for key in unit.path.split("/") if key] if unit else []
    for key in reversed(above):
        if Person.objects.active().with_post(Role.UNIT_HEAD, [key]).exclude(pk__in=keys_of(barred)).exists():
            return Role.UNIT_HEAD, key
    return higher(barred) or Role.LEADER, None


def higher(barred: Collection[Person]) -> str:
    """The first of the higher roles that somebody holds who is not barred; "" for none."""
    return next((role for role in INSTEAD if others_with(role, barred).exists()), "")


def others_with(role: str, barred: Collection[Person | int]) -> QuerySet:
    """Active people who hold `role`, without the barred (people or their keys)."""
    return Person.objects.active().with_role(role).exclude(pk__in=keys_of(barred))


def keys_of(people: Collection[Person | int]) -> list[int]:
    return [getattr(each, "pk", each) for each in people]
