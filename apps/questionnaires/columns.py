"""What the columns of a table are, as objects and as JSON; and the choices that questions and columns share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import prod
from typing import Any

from apps.core.text import localized
from apps.questionnaires.amounts import amount, plain, rounded
from apps.questionnaires.enums import ColumnKind

Words = Mapping[str, str]
Number = int | float
Row = dict[str, object]


@dataclass(frozen=True)
class Choice:
    """One answer to choose: the key is kept, the label is shown."""

    key: str
    label: Words


@dataclass(frozen=True)
class Formula:
    """The columns `of`, added (`+`) or multiplied (`*`), rounded to two decimals."""

    of: tuple[str, ...]
    by: str = "+"

    def __str__(self) -> str:
        return f" {self.by} ".join(self.of)

    def value(self, row: Row) -> Number | None:
        """None while nothing of it is answered; a missing factor makes no product, a missing summand counts as 0."""
        known = [row[key] for key in self.of if row.get(key) is not None]
        if not known or (self.by == "*" and len(known) < len(self.of)):
            return None
        values = [amount(value) for value in known]
        return plain(rounded(prod(values, start=Decimal(1)) if self.by == "*" else sum(values, Decimal(0))))


@dataclass(frozen=True)
class Column:
    """One column. `total`: the sum of the column is shown below it and counted in reports."""

    key: str
    kind: ColumnKind
    label: Words = field(default_factory=dict)
    required: bool = False
    choices: tuple[Choice, ...] = ()
    minimum: Number | None = None
    maximum: Number | None = None
    whole: bool = False
    total: bool = False
    formula: Formula | None = None

    def __str__(self) -> str:
        return localized(self.label) or self.key

    @property
    def is_numeric(self) -> bool:
        return self.kind in (ColumnKind.NUMBER, ColumnKind.CALCULATED)

    @property
    def is_calculated(self) -> bool:
        return self.kind == ColumnKind.CALCULATED

    def choice_label(self, key: str) -> str:
        return next((localized(choice.label) for choice in self.choices if choice.key == key), key)


def column_from_json(row: Mapping[str, Any]) -> Column:
    formula = row.get("formula")
    return Column(
        key=str(row["key"]),
        kind=ColumnKind(row["kind"]),
        label=words_from_json(row.get("label")),
        required=bool(row.get("required")),
        choices=choices_from_json(row.get("choices")),
        minimum=number_from_json(row.get("minimum")),
        maximum=number_from_json(row.get("maximum")),
        whole=bool(row.get("whole")),
        total=bool(row.get("total")),
        formula=Formula(tuple(str(key) for key in formula["of"]), str(formula.get("by", "+"))) if formula else None,
    )


def column_to_json(column: Column) -> dict[str, Any]:
    """Usual values are left out."""
    row: dict[str, Any] = {"key": column.key, "kind": str(column.kind), "label": dict(column.label)}
    if column.choices:
        row["choices"] = choices_to_json(column.choices)
    for name in ("minimum", "maximum"):
        if getattr(column, name) is not None:
            row[name] = getattr(column, name)
    for name in ("required", "whole", "total"):
        if getattr(column, name):
            row[name] = True
    if column.formula:
        row["formula"] = {"of": list(column.formula.of), "by": column.formula.by}
    return row


def choices_from_json(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Choice, ...]:
    return tuple(Choice(str(each["key"]), words_from_json(each.get("label"))) for each in rows or ())


def choices_to_json(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    return [{"key": each.key, "label": dict(each.label)} for each in choices]


def words_from_json(value: object) -> dict[str, str]:
    """Texts by language; a bare text counts for every language."""
    if not value:
        return {}
    if isinstance(value, str):
        return {"zh-hant": value}
    return {str(code): str(text) for code, text in dict(value).items() if text}


def number_from_json(value: object) -> Number | None:
    return None if value is None else plain(Decimal(str(value)))
