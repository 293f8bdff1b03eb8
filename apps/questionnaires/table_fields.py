"""The form field of a table: rows of cells, each checked by its column; what is right is kept beside what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from apps.questionnaires.amounts import MAX_DIGITS, MAX_PLACES, amount_text, is_amount, plain, read_amount, total
from apps.questionnaires.columns import Column, Number, Row
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import ColumnKind

MAX_CELL = 500  # characters of a text
TOLD = 8  # mistakes that are told one by one
NEW_ROW = "__row__"  # stands for the number of a row in the row that the script copies


class CellRefused(Exception):
    """What is in a cell cannot be taken; the words say why."""


class TableWidget(forms.Widget):
    """Cells have the names `question-row-column`. Gives the rows as mappings of raw text, in the order of the rows."""

    use_fieldset = True

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.keys = {column.key for column in columns if not column.is_calculated}

    def value_from_datadict(self, data: Mapping[str, object], files: object, name: str) -> list[Row]:
        rows: dict[int, Row] = {}
        for sent in data:
            head, _dash, column = sent.removeprefix(f"{name}-").partition("-")
            if sent.startswith(f"{name}-") and column in self.keys and head.isascii() and head.isdigit():
                rows.setdefault(int(head[:9]), {})[column] = str(data.get(sent) or "")
        return [rows[place] for place in sorted(rows)]

    def value_omitted_from_data(self, data: Mapping[str, object], files: object, name: str) -> bool:
        return not any(sent.startswith(f"{name}-") for sent in data)

    def render(self, name: str, value: object, attrs: object = None, renderer: object = None) -> str:
        raise NotImplementedError("a table is drawn by questionnaires/table_field.html")


class TableAnswer(forms.Field):
    """Rows as a list of mappings; empty rows do not count. After cleaning: `partial`, what was right even where the
    field as a whole is wrong, and `mistakes`, the words for each cell by (row, column).
    """

    def __init__(self, definition: FieldDefinition) -> None:
        self.columns, self.limits = definition.columns, definition.limits
        super().__init__(widget=TableWidget(self.columns))
        self.partial: list[Row] = []
        self.mistakes: dict[tuple[int, str], str] = {}

    def clean(self, value: Sequence[Mapping[str, str]] | None) -> list[Row]:
        filled = [(place, row) for place, row in enumerate(value or ()) if any(text.strip() for text in row.values())]
        self.mistakes = {}
        self.partial = [self._row(place, row) for place, row in filled[: self.limits.most_rows]]
        told = self._count_mistakes(len(filled))
        cells = [
            _("Row %(row)s, %(column)s: %(words)s") % {"row": place + 1, "column": self._column(key), "words": words}
            for (place, key), words in self.mistakes.items()
        ]
        told += cells[:TOLD]
        if len(cells) > TOLD:
            told.append(_("And %(count)s more cells.") % {"count": len(cells) - TOLD})
        if told:
            raise ValidationError(told)
        return self.partial

    def _row(self, place: int, row: Mapping[str, str]) -> Row:
        found: Row = {}
        for column in self.columns:
            if column.is_calculated:
                value = column.formula.value(found) if column.formula else None
            else:
                value = self._cell(place, column, row.get(column.key, "").strip())
            if value is not None:
                found[column.key] = value
        return found

    def _cell(self, place: int, column: Column, text: str) -> object:
        try:
            if text:
                return READERS[column.kind](column, text)
            if column.required:
                raise CellRefused(_("is needed"))
        except CellRefused as error:
            self.mistakes[place, column.key] = str(error)
        return None

    def _count_mistakes(self, count: int) -> list[str]:
        if count > self.limits.most_rows:
            return [_("At most %(count)s rows.") % {"count": self.limits.most_rows}]
        if count and self.limits.min_rows and count < self.limits.min_rows:
            return [_("At least %(count)s rows.") % {"count": self.limits.min_rows}]
        return []

    def _column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def _text(column: Column, text: str) -> str:
    if len(text) > MAX_CELL:
        raise CellRefused(_("at most %(count)s characters") % {"count": MAX_CELL})
    if "\x00" in text:
        raise CellRefused(_("has a sign that cannot be kept"))
    return text


def _number(column: Column, text: str) -> Number:
    value = read_amount(text)
    if value is None:
        raise CellRefused(_("enter a number"))
    places, digits = -min(value.as_tuple().exponent, 0), len(value.as_tuple().digits)
    if column.whole and value != value.to_integral_value():
        raise CellRefused(_("a whole number is needed"))
    if places > MAX_PLACES or digits > MAX_DIGITS:
        raise CellRefused(_("at most %(places)s decimals, %(digits)s digits in all") % _DIGITS)
    if column.minimum is not None and value < read_amount(str(column.minimum)):
        raise CellRefused(_("at least %(number)s") % {"number": amount_text(column.minimum)})
    if column.maximum is not None and value > read_amount(str(column.maximum)):
        raise CellRefused(_("at most %(number)s") % {"number": amount_text(column.maximum)})
    return plain(value)


def _choice(column: Column, text: str) -> str:
    """By its key, or by its words in any language, as they come when a table is pasted."""
    found = next((each.key for each in column.choices if text == each.key or text in each.label.values()), None)
    if found is None:
        raise CellRefused(_("choose one from the list"))
    return found


def _day(column: Column, text: str) -> str:
    try:
        found: date | None = parse_date(text.replace("/", "-").replace(".", "-"))
    except ValueError:
        found = None
    if found is None:
        raise CellRefused(_("enter a day, like 2026-09-01"))
    return found.isoformat()


_DIGITS = {"places": MAX_PLACES, "digits": MAX_DIGITS}
READERS: dict[ColumnKind, Callable[[Column, str], object]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.NUMBER: _number,
    ColumnKind.CHOICE: _choice,
    ColumnKind.DATE: _day,
}


@dataclass(frozen=True)
class Cell:
    """One cell as a template draws it."""

    column: Column
    name: str
    value: str
    mistake: str = ""


@dataclass(frozen=True)
class TableView:
    """A table as a template draws it: the rows there are, one empty row after them, and one for the script to copy."""

    columns: Sequence[Column]
    rows: list[list[Cell]]
    copied: list[Cell]
    totals: list[tuple[str, str]]  # key and sum of each column, "" for both where none is shown
    most: int

    @property
    def has_totals(self) -> bool:
        return any(column.total for column in self.columns)


def table_view(name: str, field: TableAnswer, value: Sequence[Mapping[str, object]] | None) -> TableView:
    """`value`: what was sent, or the answer there is."""
    rows = [dict(row) for row in value or ()]
    shown = max(field.limits.min_rows or 0, min(len(rows) + 1, field.limits.most_rows))
    rows += [{} for _row in range(shown - len(rows))]
    for row in rows:
        _calculate(field.columns, row)
    return TableView(
        columns=field.columns,
        rows=[_cells(field, name, place, row) for place, row in enumerate(rows)],
        copied=_cells(field, name, NEW_ROW, {}),
        totals=[
            (column.key, amount_text(total(_known(row.get(column.key)) for row in rows))) if column.total else ("", "")
            for column in field.columns
        ],
        most=field.limits.most_rows,
    )


def _cells(field: TableAnswer, name: str, place: int | str, row: Mapping[str, object]) -> list[Cell]:
    return [
        Cell(
            column,
            f"{name}-{place}-{column.key}",
            _shown(row.get(column.key)),
            field.mistakes.get((place, column.key), ""),
        )
        for column in field.columns
    ]


def _calculate(columns: Sequence[Column], row: Row) -> None:
    known = {key: _known(value) for key, value in row.items()}
    for column in columns:
        if column.formula:
            row[column.key] = known[column.key] = column.formula.value(known)


def _known(value: object) -> object:
    """A number also where it is still text, as it was typed."""
    return read_amount(value) if isinstance(value, str) else value


def _shown(value: object) -> str:
    return "" if value is None else amount_text(value) if is_amount(value) else str(value)
