"""An approval plan as data: which steps a request needs, given its answers. Pure.

A request keeps the plan it was filed with (`Request.plan`), as JSON of these steps; a service has it as `ServiceStep`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.core.text import localized
from apps.people.enums import Role
from apps.questionnaires.conditions import holds, shown_answers
from apps.questionnaires.definitions import (
    Condition,
    FieldDefinition,
    condition_from_json,
    condition_to_json,
)
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho


@dataclass(frozen=True)
class PlannedStep:
    """One step of a plan; `unit_id` and `person_id` name rows by key."""

    order: int
    name: Mapping[str, str]
    who: StepWho
    role: str = ""
    unit_id: int | None = None
    person_id: int | None = None
    any_of: bool = False
    asked: AskedWhen = AskedWhen.ON_WORD
    condition: Condition | None = None

    def __str__(self) -> str:
        return localized(self.name) or self.who_words

    @property
    def who_words(self) -> str:
        """Who decides, as far as the plan alone says it."""
        return str(Role(self.role).label) if self.role else str(StepWho(self.who).label)

    @property
    def is_at_once(self) -> bool:
        return self.asked == AskedWhen.AT_ONCE


def step_from_json(row: Mapping[str, Any]) -> PlannedStep:
    return PlannedStep(
        order=int(row["order"]),
        name=dict(row.get("name") or {}),
        who=StepWho(row["who"]),
        role=row.get("role", ""),
        unit_id=row.get("unit"),
        person_id=row.get("person"),
        any_of=bool(row.get("any_of")),
        asked=AskedWhen(row.get("asked", AskedWhen.ON_WORD)),
        condition=condition_from_json(row.get("condition")),
    )


def step_to_json(step: PlannedStep) -> dict[str, Any]:
    return {
        "order": step.order,
        "name": dict(step.name),
        "who": str(step.who),
        "role": step.role,
        "unit": step.unit_id,
        "person": step.person_id,
        "any_of": step.any_of,
        "asked": str(step.asked),
        "condition": condition_to_json(step.condition) if step.condition else {},
    }


def plan_from_json(rows: Iterable[Mapping[str, Any]]) -> list[PlannedStep]:
    return [step_from_json(row) for row in rows]


def plan_to_json(steps: Iterable[PlannedStep]) -> list[dict[str, Any]]:
    return [step_to_json(step) for step in steps]


def needed_steps(
    plan: Iterable[PlannedStep], fields: Sequence[FieldDefinition], answers: Mapping[str, object]
) -> list[PlannedStep]:
    """The steps that a request with these answers needs, in their order.

    A condition on a question that the form does not ask (any more) counts as met: one sign-off too many does less harm
    than one too few.
    """
    counting, known = shown_answers(fields, answers), {field.key for field in fields}
    return [
        step
        for step in sorted(plan, key=lambda step: step.order)
        if step.condition is None or step.condition.field not in known or holds(step.condition, counting)
    ]


def turns(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """The same steps numbered 1, 2, 3… without gaps, in order; steps of one turn stay together and agree on whether one
    of them is enough and when they are asked (the first one says it).
    """
    made: list[PlannedStep] = []
    numbers = {order: place for place, order in enumerate(sorted({step.order for step in steps}), start=1)}
    first: dict[int, PlannedStep] = {}
    for step in sorted(steps, key=lambda step: step.order):
        leading = first.setdefault(step.order, step)
        made.append(replace(step, order=numbers[step.order], any_of=leading.any_of, asked=leading.asked))
    return made
