"""Which questions are asked and which must be answered. Pure; `conditions.js` shows the same in the browser.

One level: `shown_if` looks at a question that is always shown (definition_checks), so there are no chains. An answer
to a question that is not shown does not count.
"""

from collections.abc import Mapping, Sequence

from apps.questionnaires.definitions import Condition, FieldDefinition, as_text
from apps.questionnaires.enums import Operator

Answers = Mapping[str, object]


def is_answered(value: object) -> bool:
    """No, 0 and false are answers; nothing, an empty text and an empty list are not."""
    return value is not None and value != "" and value != [] and value != ()


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Is the condition met? No condition is always met; an unanswered question is none of its values."""
    if condition is None:
        return True
    answer = answers.get(condition.field)
    if condition.operator == Operator.FILLED:
        return is_answered(answer)
    given = answer if isinstance(answer, list | tuple) else [answer] if is_answered(answer) else []
    found = any(as_text(each) in condition.values for each in given)
    return not found if condition.operator == Operator.IS_NOT else found


def shown_keys(fields: Sequence[FieldDefinition], answers: Answers) -> frozenset[str]:
    return frozenset(field.key for field in fields if holds(field.shown_if, answers))


def shown_answers(fields: Sequence[FieldDefinition], answers: Answers) -> dict[str, object]:
    """The answers that count: to known questions, shown, not empty; in the order of the form."""
    shown = shown_keys(fields, answers)
    keys = [field.key for field in fields if field.key in shown]
    return {key: answers[key] for key in keys if is_answered(answers.get(key))}


def required_keys(fields: Sequence[FieldDefinition], answers: Answers) -> frozenset[str]:
    """Questions that must be answered, given these answers."""
    shown, counting = shown_keys(fields, answers), shown_answers(fields, answers)
    return frozenset(
        field.key
        for field in fields
        if field.key in shown and (field.required or (field.required_if and holds(field.required_if, counting)))
    )


def missing_keys(fields: Sequence[FieldDefinition], answers: Answers) -> list[str]:
    """Questions that must be answered and are not, in the order of the form."""
    required, counting = required_keys(fields, answers), shown_answers(fields, answers)
    return [field.key for field in fields if field.key in required and field.key not in counting]
