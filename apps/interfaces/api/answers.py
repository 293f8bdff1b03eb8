"""Answers as JSON, in and out, by the same form that a page uses; and the form as a JSON Schema."""

from collections.abc import Callable, Mapping, Sequence

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from apps.core.text import localized
from apps.interfaces.api.problems import Problem
from apps.people.models import Person
from apps.questionnaires.columns import Choice, Column
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import ColumnKind, FieldKind
from apps.questionnaires.forms import AnswersForm

Plain = str | int | float | bool | None
WORDS = (str, int, float)


def posted(definitions: Sequence[FieldDefinition], answers: Mapping[str, object]) -> QueryDict:
    """The answers as a browser would send them. Raises Problem (422): an unknown question, or a wrong kind of value."""
    known = {each.key: each for each in definitions if each.is_for_person}
    wrong = [(f"#/answers/{key}", _("There is no such question.")) for key in answers if key not in known]
    data = QueryDict(mutable=True)
    for key, value in answers.items():
        if key not in known or value is None:
            continue
        try:
            WRITERS.get(known[key].kind, one)(data, known[key], value)
        except TypeError:
            wrong.append((f"#/answers/{key}", _("This is of another kind than the form says.")))
    if wrong:
        raise Problem(422, _("Some answers cannot be taken."), errors=wrong)
    return data


def one(data: QueryDict, field: FieldDefinition, value: object) -> None:
    data[field.key] = word(value)


def word(value: object) -> str:
    """Raises TypeError."""
    if isinstance(value, bool) or not isinstance(value, WORDS):
        raise TypeError(value)
    return str(value)


def several(data: QueryDict, field: FieldDefinition, value: object) -> None:
    if not isinstance(value, list):
        raise TypeError(value)
    data.setlist(field.key, [word(each) for each in value])


def yes_no(data: QueryDict, field: FieldDefinition, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(value)
    data[field.key] = "true" if value else "false"


def table(data: QueryDict, field: FieldDefinition, value: object) -> None:
    if not isinstance(value, list) or len(value) > field.limits.most_rows:
        raise TypeError(value)
    for place, row in enumerate(value):
        if not isinstance(row, dict):
            raise TypeError(row)
        for key, cell in row.items():
            if cell is not None:
                data[f"{field.key}-{place}-{key}"] = word(cell)


WRITERS: dict[str, Callable[[QueryDict, FieldDefinition, object], None]] = {
    FieldKind.CHOICES: several,
    FieldKind.FILE: several,
    FieldKind.YES_NO: yes_no,
    FieldKind.TABLE: table,
}
NO_FILES: MultiValueDict = MultiValueDict()


def checked(form: AnswersForm, *, whole: bool, given: Mapping[str, object]) -> dict[str, object]:
    """The answers that count. Of a draft (`whole` False) only what was given must be right.

    Raises Problem (422) with the words of the form at each question.
    """
    wrong = [
        (f"#/answers/{key}", str(words))
        for key, errors in form.errors.items()
        if whole or key in given
        for words in errors
    ]
    if wrong:
        raise Problem(422, _("Some answers cannot be taken."), errors=wrong)
    return form.plain_answers()


def value_out(field: FieldDefinition | None, value: object, people: Mapping[int, Person]) -> object:
    """An answer as it would be sent in: people by number."""
    if field and field.kind == FieldKind.PERSON and isinstance(value, int):
        return people[value].number if value in people else None
    return value


def people_in(definitions: Sequence[FieldDefinition], answers: Mapping[str, object]) -> dict[int, Person]:
    """The people whom answers name (one query, none without such a question)."""
    keys = [answers.get(each.key) for each in definitions if each.kind == FieldKind.PERSON]
    keys = [key for key in keys if isinstance(key, int)]
    return Person.objects.in_bulk(keys) if keys else {}


def json_schema(definitions: Sequence[FieldDefinition]) -> dict[str, object]:
    """The requester's questions as JSON Schema 2020-12. What depends on other answers stands in `x-shown-if` and
    `x-required-if`: a schema that said it would be read by nobody.
    """
    asked = [each for each in definitions if each.is_for_person]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {each.key: question(each) for each in asked},
        "required": [each.key for each in asked if each.required and not each.shown_if],
        "additionalProperties": False,
    }


def question(field: FieldDefinition) -> dict[str, object]:
    found: dict[str, object] = {"title": localized(field.label) or field.key, "x-kind": str(field.kind)}
    if field.help:
        found["description"] = localized(field.help)
    for name, condition in (("x-shown-if", field.shown_if), ("x-required-if", field.required_if)):
        if condition:
            values = list(condition.values)
            found[name] = {"field": condition.field, "operator": str(condition.operator), "values": values}
    return found | SHAPES[field.kind](field)


def text(field: FieldDefinition, usual: int) -> dict[str, object]:
    return {"type": "string", "maxLength": field.limits.max_length or usual}


def number(field: FieldDefinition) -> dict[str, object]:
    bounds = {"minimum": field.limits.minimum, "maximum": field.limits.maximum}
    kind = "integer" if field.limits.whole else "number"
    return {"type": kind} | {name: value for name, value in bounds.items() if value is not None}


def choices(options: Sequence[Choice]) -> list[dict[str, str]]:
    return [{"const": each.key, "title": localized(each.label) or each.key} for each in options]


def rows(field: FieldDefinition) -> dict[str, object]:
    columns = [each for each in field.columns if not each.is_calculated]
    row = {
        "type": "object",
        "properties": {each.key: cell(each) for each in columns},
        "required": [each.key for each in columns if each.required],
    }
    return {"type": "array", "items": row, "maxItems": field.limits.most_rows}


def cell(column: Column) -> dict[str, object]:
    found: dict[str, object] = {"title": str(column)}
    if column.kind == ColumnKind.NUMBER:
        return found | {"type": "integer" if column.whole else "number"}
    if column.kind == ColumnKind.CHOICE:
        return found | {"oneOf": choices(column.choices)}
    return found | {"type": "string"} | ({"format": "date"} if column.kind == ColumnKind.DATE else {})


SHAPES: dict[str, Callable[[FieldDefinition], dict[str, object]]] = {
    FieldKind.TEXT: lambda field: text(field, 200),
    FieldKind.LONG_TEXT: lambda field: text(field, 4000),
    FieldKind.CHOICE: lambda field: {"oneOf": choices(field.choices)},
    FieldKind.CHOICES: lambda field: {"type": "array", "items": {"oneOf": choices(field.choices)}},
    FieldKind.DATE: lambda field: {"type": "string", "format": "date"},
    FieldKind.NUMBER: number,
    FieldKind.FILE: lambda field: {"type": "array", "items": {"type": "string", "format": "uuid"}},
    FieldKind.PERSON: lambda field: {"type": "string", "description": _("the number of a person")},
    FieldKind.YES_NO: lambda field: {"type": "boolean"},
    FieldKind.TABLE: rows,
}
