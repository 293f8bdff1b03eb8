"""What can be taken over from the answers of an earlier round, whose form may have been another version."""

from collections.abc import Mapping

from apps.questionnaires.conditions import is_answered
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.enums import CHOOSING, ColumnKind, FieldKind
from apps.questionnaires.models import AnswerSet, FormVersion


def answers_from(earlier: AnswerSet, version: FormVersion) -> dict[str, object]:
    """Answers of `earlier` that still fit the questions of `version`: same key and kind, choices that are still there.

    Left out: what is asked anew each round, and what others than the person fill in.
    """
    before = {field.key: field for field in read_fields(earlier.form_version)}
    found = {}
    for field in read_fields(version):
        old = before.get(field.key)
        if old is None or old.kind != field.kind or field.asked_anew or not field.is_for_person:
            continue
        value = _fitting(field, earlier.answers.get(field.key))
        if is_answered(value):
            found[field.key] = value
    return found


def _fitting(field: FieldDefinition, value: object) -> object:
    keys = {choice.key for choice in field.choices}
    if field.kind in CHOOSING and isinstance(value, list):
        return [each for each in value if each in keys]
    if field.kind in CHOOSING:
        return value if value in keys else None
    if field.kind == FieldKind.TABLE and isinstance(value, list):
        return [row for each in value if isinstance(each, Mapping) and (row := _row(field, each))]
    return value


def _row(field: FieldDefinition, row: Mapping[str, object]) -> dict[str, object]:
    """The cells whose columns are still there, calculated ones anew."""
    found: dict[str, object] = {}
    for column in field.columns:
        value = column.formula.value(found) if column.formula else row.get(column.key)
        choices = {choice.key for choice in column.choices}
        if value is not None and (column.kind != ColumnKind.CHOICE or value in choices):
            found[column.key] = value
    return found if any(not column.is_calculated and column.key in found for column in field.columns) else {}
