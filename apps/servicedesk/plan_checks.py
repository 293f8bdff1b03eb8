"""Is an approval plan sound for a form? Each problem says in words what to mend. Pure."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from apps.questionnaires.definition_checks import value_problems
from apps.questionnaires.definitions import FieldDefinition
from apps.servicedesk.plan import PlannedStep

MAX_STEPS = 12


def plan_problems(steps: Sequence[PlannedStep], fields: Sequence[FieldDefinition]) -> list[str]:
    """Everything that keeps these steps from being saved."""
    found = []
    if len(steps) > MAX_STEPS:
        found.append(_("A plan has at most %(count)s steps.") % {"count": MAX_STEPS})
    begun_by_office = False
    for step in sorted(steps, key=lambda each: each.order):
        begun_by_office = begun_by_office or not step.is_at_once
        if step.is_at_once and begun_by_office:
            words = _("“%(step)s” is asked before the office starts: it has to stand before what the handler asks.")
            found.append(words % {"step": step})
        words = _("“%(step)s”: %(words)s")
        found += [words % {"step": step, "words": each} for each in condition_words(step, fields)]
    return found


def condition_words(step: PlannedStep, fields: Sequence[FieldDefinition]) -> Iterator[str]:
    """What is wrong with the condition of a step."""
    if step.condition is None:
        return
    other = next((field for field in fields if field.key == step.condition.field), None)
    if other is None:
        yield _("its condition looks at a question that the form does not have; it is always asked.")
        return
    if step.is_at_once and not other.is_for_person:
        yield _("its condition looks at “%(other)s”, which is not answered yet when it is asked.") % {"other": other}
    yield from value_problems(step.condition, other)
