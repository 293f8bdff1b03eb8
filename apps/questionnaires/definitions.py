"""What one question of a form is, as an object and as JSON. Data only: no pattern, no code, no query can come in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from apps.core.text import localized
from apps.questionnaires.columns import (
    Choice,
    Column,
    Number,
    Words,
    choices_from_json,
    choices_to_json,
    column_from_json,
    column_to_json,
    number_from_json,
    words_from_json,
)
from apps.questionnaires.enums import MAX_ROWS, USUAL_ROWS, FieldKind, Operator
from apps.questionnaires.models import FormVersion
from apps.questionnaires.sums import SumRule, sum_from_json, sum_to_json


@dataclass(frozen=True)
class Condition:
    """Looks at the answer to another question. `value`: several for IN, none for FILLED; yes is "true", no "false"."""

    field: str
    operator: Operator
    value: str | tuple[str, ...] = ""

    @property
    def values(self) -> tuple[str, ...]:
        return (self.value,) if isinstance(self.value, str) else self.value


@dataclass(frozen=True)
class Limits:
    """Bounds of an answer; each counts for some kinds only. None or empty: the usual bound."""

    max_length: int | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    whole: bool = False
    not_past: bool = False
    not_future: bool = False
    max_files: int | None = None
    allow: tuple[str, ...] = ()
    min_rows: int | None = None
    max_rows: int | None = None

    @property
    def most_rows(self) -> int:
        return min(self.max_rows or USUAL_ROWS, MAX_ROWS)


@dataclass(frozen=True)
class FieldDefinition:
    """One question.

    `unit_only`: the unit that confirms the answers fills it in, not the person. `asked_anew`: never filled from an
    earlier round. `sums`: rules that are checked, and told at this question.
    """

    key: str
    kind: FieldKind
    label: Words = field(default_factory=dict)
    help: Words = field(default_factory=dict)
    required: bool = False
    choices: tuple[Choice, ...] = ()
    shown_if: Condition | None = None
    required_if: Condition | None = None
    office_only: bool = False
    limits: Limits = Limits()
    columns: tuple[Column, ...] = ()
    sums: tuple[SumRule, ...] = ()
    unit_only: bool = False
    asked_anew: bool = False

    def __str__(self) -> str:
        return localized(self.label) or self.key

    def choice_label(self, key: str) -> str:
        """The words of a choice; its key when the choice is not there."""
        return next((localized(choice.label) for choice in self.choices if choice.key == key), key)

    @property
    def is_for_person(self) -> bool:
        """Does the person who fills the form in answer it (and neither the office nor the unit)?"""
        return not self.office_only and not self.unit_only

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(each for each in (self.shown_if, self.required_if) if each)


def read_fields(version: FormVersion) -> list[FieldDefinition]:
    """The questions of a version, in order."""
    return fields_from_json(version.fields)


def fields_from_json(rows: Sequence[Mapping[str, Any]]) -> list[FieldDefinition]:
    """Questions from their JSON; what is left out has its usual value. Nonsense: KeyError, TypeError, ValueError."""
    return [field_from_json(row) for row in rows]


def fields_to_json(definitions: Sequence[FieldDefinition]) -> list[dict[str, Any]]:
    return [field_to_json(definition) for definition in definitions]


def field_from_json(row: Mapping[str, Any]) -> FieldDefinition:
    return FieldDefinition(
        key=str(row["key"]),
        kind=FieldKind(row["kind"]),
        label=words_from_json(row.get("label")),
        help=words_from_json(row.get("help")),
        required=bool(row.get("required")),
        choices=choices_from_json(row.get("choices")),
        shown_if=condition_from_json(row.get("shown_if")),
        required_if=condition_from_json(row.get("required_if")),
        office_only=bool(row.get("office_only")),
        limits=_limits(row.get("limits")),
        columns=tuple(column_from_json(each) for each in row.get("columns") or ()),
        sums=tuple(sum_from_json(each) for each in row.get("sums") or ()),
        unit_only=bool(row.get("unit_only")),
        asked_anew=bool(row.get("asked_anew")),
    )


def field_to_json(definition: FieldDefinition) -> dict[str, Any]:
    """The shortest JSON that reads back as the same question: usual values are left out."""
    row: dict[str, Any] = {"key": definition.key, "kind": str(definition.kind), "label": dict(definition.label)}
    if definition.help:
        row["help"] = dict(definition.help)
    if definition.choices:
        row["choices"] = choices_to_json(definition.choices)
    if definition.columns:
        row["columns"] = [column_to_json(each) for each in definition.columns]
    if definition.sums:
        row["sums"] = [sum_to_json(each) for each in definition.sums]
    for name in ("required", "office_only", "unit_only", "asked_anew"):
        if getattr(definition, name):
            row[name] = True
    for name in ("shown_if", "required_if"):
        if condition := getattr(definition, name):
            row[name] = condition_to_json(condition)
    if definition.limits != Limits():
        row["limits"] = _limits_to_json(definition.limits)
    return row


def condition_from_json(row: Mapping[str, Any] | None) -> Condition | None:
    """A condition from its JSON; nothing is none. Nonsense: KeyError, TypeError, ValueError."""
    if not row:
        return None
    value = row.get("value", "")
    operator = Operator(row["operator"])
    if operator == Operator.FILLED:
        return Condition(str(row["field"]), operator)
    if isinstance(value, list | tuple):
        return Condition(str(row["field"]), operator, tuple(as_text(each) for each in value))
    return Condition(str(row["field"]), operator, as_text(value))


def condition_to_json(condition: Condition) -> dict[str, Any]:
    row: dict[str, Any] = {"field": condition.field, "operator": str(condition.operator)}
    if condition.operator != Operator.FILLED:
        row["value"] = condition.value if isinstance(condition.value, str) else list(condition.value)
    return row


def _limits(row: Mapping[str, Any] | None) -> Limits:
    known = {each.name for each in fields(Limits)}
    values = {name: value for name, value in (row or {}).items() if name in known and value is not None}
    if "allow" in values:
        values["allow"] = tuple(str(each) for each in values["allow"])
    for name in ("max_length", "max_files", "min_rows", "max_rows"):
        if name in values:
            values[name] = int(values[name])
    for name in ("minimum", "maximum"):
        if name in values:
            values[name] = number_from_json(values[name])
    return Limits(**values)


def _limits_to_json(limits: Limits) -> dict[str, Any]:
    usual = Limits()
    changed = {each.name: getattr(limits, each.name) for each in fields(Limits)}
    changed = {name: value for name, value in changed.items() if value != getattr(usual, name)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}


def files_of(fields: Iterable[FieldDefinition], answers: Mapping[str, object]) -> list[str]:
    """The keys of the files that the answers to these questions name, in their order."""
    given = [answers.get(each.key) for each in fields if each.kind == FieldKind.FILE]
    return [str(key) for value in given if value for key in (value if isinstance(value, list) else [value])]


def as_text(value: object) -> str:
    """An answer as conditions compare it, the same on the server and in the browser: yes is "true", no is "false"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
