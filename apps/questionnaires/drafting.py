"""Changes of a draft, as plain functions from questions to questions."""

from collections.abc import Sequence
from dataclasses import replace

from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import MAX_FIELDS, FieldKind

Fields = list[FieldDefinition]


class UnknownField(Exception):
    """The question is not there any more."""


def index_of(fields: Sequence[FieldDefinition], key: str) -> int:
    """The place of a question. Raises UnknownField."""
    for place, field in enumerate(fields):
        if field.key == key:
            return place
    raise UnknownField(key)


def free_key(fields: Sequence[FieldDefinition]) -> str:
    """The next key that is not taken: q1, q2, …"""
    taken = {field.key for field in fields}
    return next(key for number in range(1, MAX_FIELDS + len(taken) + 2) if (key := f"q{number}") not in taken)


def with_field(fields: Sequence[FieldDefinition], key: str, kind: FieldKind) -> Fields:
    """A new question without words at the end."""
    return [*fields, FieldDefinition(key=key, kind=kind)]


def without_field(fields: Sequence[FieldDefinition], key: str) -> Fields:
    """Conditions and sums that looked at the question go with it."""
    place = index_of(fields, key)
    rest = [*fields[:place], *fields[place + 1 :]]
    return [
        replace(
            field,
            shown_if=None if field.shown_if and field.shown_if.field == key else field.shown_if,
            required_if=None if field.required_if and field.required_if.field == key else field.required_if,
            sums=tuple(rule for rule in field.sums if key not in rule.keys),
        )
        for field in rest
    ]


def with_changed(fields: Sequence[FieldDefinition], key: str, definition: FieldDefinition) -> Fields:
    """The question `key` said anew; the key itself stays, answers are kept under it."""
    place = index_of(fields, key)
    return [*fields[:place], replace(definition, key=key), *fields[place + 1 :]]


def moved(fields: Sequence[FieldDefinition], key: str, step: int) -> Fields:
    """The question one place up (-1) or down (1); at the edge nothing changes."""
    place = index_of(fields, key)
    other = place + step
    if not 0 <= other < len(fields):
        return list(fields)
    changed = list(fields)
    changed[place], changed[other] = changed[other], changed[place]
    return changed
