"""Are the columns of a table, and the sums of a form, sound? Words for the editor, one for each fault."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from apps.questionnaires.columns import Column
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import KEY, MAX_CHOICES, MAX_COLUMNS, MAX_ROWS, ColumnKind, FieldKind
from apps.questionnaires.sums import SumRule


def column_problems(field: FieldDefinition) -> Iterator[str]:
    keys = [column.key for column in field.columns]
    if not any(not column.is_calculated for column in field.columns):
        yield _("it needs columns to fill in.")
    if len(keys) > MAX_COLUMNS:
        yield _("it has more than %(count)s columns.") % {"count": MAX_COLUMNS}
    if len(set(keys)) != len(keys):
        yield _("two columns have the same key.")
    limits = field.limits
    if not 1 <= (limits.max_rows or 1) <= MAX_ROWS or (limits.min_rows or 0) < 0:
        yield _("a table has 1 to %(count)s rows.") % {"count": MAX_ROWS}
    if (limits.min_rows or 0) > limits.most_rows:
        yield _("the least number of rows is greater than the greatest.")
    for place, column in enumerate(field.columns):
        for words in _column(column, field.columns[:place]):
            yield _("column “%(column)s”: %(words)s") % {"column": column, "words": words}


def _column(column: Column, before: tuple[Column, ...]) -> Iterator[str]:
    if not KEY.fullmatch(column.key):
        yield _("the key must begin with a letter and have only small letters, digits and underscores.")
    if not any(column.label.values()):
        yield _("it has no label.")
    if column.kind == ColumnKind.CHOICE and not 1 <= len(column.choices) <= MAX_CHOICES:
        yield _("it needs choices.")
    if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        yield _("the least value is greater than the greatest.")
    if column.total and not column.is_numeric:
        yield _("only numbers have a total.")
    if column.is_calculated:
        numbers = {each.key for each in before if each.is_numeric}
        if column.formula is None or not column.formula.of or set(column.formula.of) - numbers:
            yield _("it is calculated from columns of numbers that stand before it, like hours * size.")


def sum_problems(field: FieldDefinition, everything: Mapping[str, FieldDefinition]) -> Iterator[str]:
    for rule in field.sums:
        for part in rule.references:
            if not _is_number(part, everything):
                yield _("the sum “%(rule)s” speaks of “%(part)s”, which is no number of this form.") % {
                    "rule": rule,
                    "part": part,
                }
        yield from _seen_by(field, rule, everything)


def _seen_by(field: FieldDefinition, rule: SumRule, everything: Mapping[str, FieldDefinition]) -> Iterator[str]:
    """A sum that a person must keep speaks only of what this person fills in."""
    others = [everything[key] for key in sorted(rule.keys) if key in everything]
    if field.is_for_person and any(not other.is_for_person for other in others):
        yield _("the sum “%(rule)s” speaks of what others fill in later.") % {"rule": rule}


def _is_number(part: str, everything: Mapping[str, FieldDefinition]) -> bool:
    key, _dot, column_key = part.partition(".")
    field = everything.get(key)
    if field is None:
        return False
    if not column_key:
        return field.kind == FieldKind.NUMBER
    return any(column.key == column_key and column.is_numeric for column in field.columns)
