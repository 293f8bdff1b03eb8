"""An approval plan in words: for its own page, for a trial, for the requester."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.questionnaires.definitions import Condition, FieldDefinition
from apps.questionnaires.enums import FieldKind, Operator
from apps.servicedesk.catalogue_enums import StepWho
from apps.servicedesk.plan import PlannedStep
from apps.servicedesk.services.plans import who_decides

SHOWN_PEOPLE = 5


@dataclass(frozen=True)
class PlanRow:
    """A step as a list shows it; `place` is its address, from 1."""

    place: int
    step: PlannedStep
    who: str
    condition: str
    is_first_of_turn: bool
    is_parallel: bool


def rows_of(steps: Sequence[PlannedStep], fields: Sequence[FieldDefinition]) -> list[PlanRow]:
    """All steps in words (two queries, however many)."""
    units = Unit.objects.in_bulk([step.unit_id for step in steps if step.unit_id])
    people = Person.objects.in_bulk([step.person_id for step in steps if step.person_id])
    orders = [step.order for step in steps]
    return [
        PlanRow(
            place=place,
            step=step,
            who=who_text(step, units.get(step.unit_id), people.get(step.person_id)),
            condition=condition_text(step, fields),
            is_first_of_turn=orders.index(step.order) == place - 1,
            is_parallel=orders.count(step.order) > 1,
        )
        for place, step in enumerate(steps, start=1)
    ]


def who_text(step: PlannedStep, unit: Unit | None, person: Person | None) -> str:
    if step.who == StepWho.POST:
        return _("%(role)s of %(unit)s") % {"role": Role(step.role).label, "unit": unit}
    if step.who == StepWho.PERSON:
        return f"{person.name} {person.number}" if person else ""
    return step.who_words


def condition_text(step: PlannedStep, fields: Sequence[FieldDefinition]) -> str:
    """The condition of a step in words; "" for none."""
    condition = step.condition
    if condition is None:
        return ""
    field = next((each for each in fields if each.key == condition.field), None)
    values = _(", ").join(value_text(condition, field, value) for value in condition.values if value)
    asked = str(field) if field else condition.field
    return f"{asked} {Operator(condition.operator).label} {values}".strip()


def value_text(condition: Condition, field: FieldDefinition | None, value: str) -> str:
    if field and field.kind == FieldKind.YES_NO:
        return _("Yes") if value == "true" else _("No")
    return field.choice_label(value) if field else value


def deciders(step: PlannedStep, requester: Person | None) -> tuple[list[Person], str]:
    """Who would decide a step for this requester, a few by name; and a word when it is not who the plan names."""
    wanted = who_decides(step, unit=requester.main_unit if requester else None, barred={requester} - {None})
    if wanted.approver:
        return [wanted.approver], ""
    people = Person.objects.active()
    holders = people.with_post(wanted.role, [wanted.unit_id]) if wanted.unit_id else people.with_role(wanted.role)
    if requester:
        holders = holders.exclude(pk=requester.pk)
    found = list(holders.order_by("pk")[:SHOWN_PEOPLE])
    return found, "" if found else _("nobody holds the role “%(role)s” now") % {"role": Role(wanted.role).label}
