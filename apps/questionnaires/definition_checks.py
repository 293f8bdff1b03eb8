"""Is a form sound? Each problem names its question and says in words what to mend."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.questionnaires.column_checks import column_problems, sum_problems
from apps.questionnaires.definitions import Condition, FieldDefinition
from apps.questionnaires.enums import (
    CHOOSING,
    KEY,
    MAX_CHOICES,
    MAX_FIELDS,
    MAX_SUMS,
    ONLY_FILLED,
    RESERVED_KEYS,
    FieldKind,
    Operator,
)


@dataclass(frozen=True)
class Problem:
    """What is wrong with the question `key` ("" for the form as a whole)."""

    key: str
    words: str


def find_problems(fields: Sequence[FieldDefinition]) -> list[Problem]:
    """Everything that keeps these questions from being published."""
    problems = []
    if not any(field.is_for_person for field in fields):
        problems.append(Problem("", _("The form asks nothing yet: add a question.")))
    if len(fields) > MAX_FIELDS:
        problems.append(Problem("", _("A form has at most %(count)s questions.") % {"count": MAX_FIELDS}))
    seen: dict[str, FieldDefinition] = {}
    everything = {field.key: field for field in fields}
    for field in fields:
        words = list(_own(field))
        if field.key in seen:
            words.append(_("another question has the same key."))
        for condition in field.conditions:
            words += _condition(field, condition, everything)
        if field.shown_if and field.shown_if.field in everything and field.shown_if.field not in seen:
            words.append(_("it can only depend on a question above it."))
        words += sum_problems(field, everything)
        seen[field.key] = field
        problems += [
            Problem(field.key, _("“%(field)s”: %(words)s") % {"field": field, "words": each}) for each in words
        ]
    return problems


def _own(field: FieldDefinition) -> Iterator[str]:
    if not KEY.fullmatch(field.key) or field.key in RESERVED_KEYS:
        yield _("the key must begin with a letter and have only small letters, digits and underscores.")
    if not any(field.label.values()):
        yield _("it has no label.")
    if field.kind in CHOOSING:
        yield from _choices(field)
    if field.kind == FieldKind.TABLE:
        yield from column_problems(field)
    if field.office_only and field.unit_only:
        yield _("it is for the office or for the unit, not for both.")
    if len(field.sums) > MAX_SUMS:
        yield _("it has more than %(count)s sums.") % {"count": MAX_SUMS}
    limits = field.limits
    if limits.minimum is not None and limits.maximum is not None and limits.minimum > limits.maximum:
        yield _("the least value is greater than the greatest.")
    if limits.max_length is not None and not 1 <= limits.max_length <= 20_000:
        yield _("the longest text must be between 1 and 20000 characters.")
    if limits.not_past and limits.not_future:
        yield _("a day that is neither past nor future can only be today: take one of the two away.")


def _choices(field: FieldDefinition) -> Iterator[str]:
    keys = [choice.key for choice in field.choices]
    if len(keys) < (2 if field.kind == FieldKind.CHOICE else 1):
        yield _("it needs choices, one per line.")
    if len(keys) > MAX_CHOICES:
        yield _("it has more than %(count)s choices.") % {"count": MAX_CHOICES}
    if len(set(keys)) != len(keys):
        yield _("two choices have the same key.")
    if any(not choice.key or len(choice.key) > 60 or not any(choice.label.values()) for choice in field.choices):
        yield _("a choice has no key or no words.")


def _condition(
    field: FieldDefinition, condition: Condition, everything: Mapping[str, FieldDefinition]
) -> Iterator[str]:
    other = everything.get(condition.field)
    if other is None or other is field:
        yield _("it depends on a question that is not there.")
        return
    if other.shown_if:
        yield _("it depends on “%(other)s”, which depends on another question itself.") % {"other": other}
    if other.office_only and not field.office_only:
        yield _("it depends on “%(other)s”, which only the office sees.") % {"other": other}
    if other.unit_only and field.is_for_person:
        yield _("it depends on “%(other)s”, which the unit fills in later.") % {"other": other}
    yield from value_problems(condition, other)


def value_problems(condition: Condition, other: FieldDefinition) -> Iterator[str]:
    """What `condition` asks of the answer to `other` that it can never be."""
    if condition.operator == Operator.FILLED:
        return
    if other.kind in ONLY_FILLED:
        yield _("of “%(other)s” it can only ask whether it is answered.") % {"other": other}
        return
    known = {FieldKind.YES_NO: {"true", "false"}}.get(other.kind)
    if other.kind in CHOOSING:
        known = {choice.key for choice in other.choices}
    wrong = [value for value in condition.values if not value or (known is not None and value not in known)]
    if wrong or not condition.values:
        yield _("it waits for an answer to “%(other)s” that cannot be given.") % {"other": other}
