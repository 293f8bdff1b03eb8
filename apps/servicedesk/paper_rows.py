"""A list with many lines a person, one for each line of the table that the person's certificate prints. The file is not
kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.imports.headers import Header, Names, find_header, fold_heading
from apps.imports.reading import Sheet, Unreadable, read_sheets
from apps.imports.roster.columns import BY_KEY
from apps.notices.audience import fold_number
from apps.questionnaires.columns import Row
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.table_fields import TableAnswer

WHO = "person number"  # no key of a column has a space
HEADINGS = (*BY_KEY["number"].aliases, "編號", "编号", "號碼", "号码", "no")


@dataclass(frozen=True)
class PersonTable:
    """The lines of one person, whose number is as it stands in the list. `fault`: why they cannot be printed."""

    number: str
    rows: list[Row]
    fault: str = ""


def read_tables(data: bytes, question: FieldDefinition) -> dict[str, PersonTable]:
    """By number in small letters, in the order of the list. Raises Unreadable, in words for who gave the file."""
    asked = [column for column in question.columns if not column.is_calculated]
    names = {fold_heading(words): column.key for column in asked for words in (column.key, *column.label.values())}
    names |= {fold_heading(words): WHO for words in HEADINGS}
    sheet, header = with_header(read_sheets(data), names, question)
    found, faults = dict[str, list[dict[str, str]]](), dict[str, str]()
    for line, faulty, cells in lines_of(sheet, header):
        number = fold_number(cells.pop(WHO, ""))
        if not number:
            raise Unreadable(_("Line %(line)s: the person's number is missing.") % {"line": line})
        found.setdefault(number, []).append(cells)
        if faulty:
            faults.setdefault(number, _("Line %(line)s: a cell cannot be read. Paste it as text.") % {"line": line})
    if not found:
        raise Unreadable(_("The list has column names and nothing below them."))
    return {number.lower(): checked(number, rows, question, faults.get(number, "")) for number, rows in found.items()}


def with_header(sheets: list[Sheet], names: Names, question: FieldDefinition) -> tuple[Sheet, Header]:
    """The first sheet that names the number and a column of the table. Raises Unreadable."""
    for sheet in sheets:
        header = find_header(sheet, names)
        if header and WHO in header.keys:
            return sheet, header
    columns = "、".join(str(column) for column in question.columns if not column.is_calculated)
    raise Unreadable(_("The list needs a line of column names: the person's number, %(names)s.") % {"names": columns})


def lines_of(sheet: Sheet, header: Header) -> Iterator[tuple[int, bool, dict[str, str]]]:
    """(line, has it a cell that cannot be read, what stands in the known columns)."""
    places = {key: place for place, key in enumerate(header.keys) if key}
    for cells in sheet.rows:
        if cells.line > header.line:
            values = {key: cells.values[place] for key, place in places.items() if place < len(cells.values)}
            yield cells.line, any(place in cells.faults for place in places.values()), values


def checked(number: str, rows: list[Mapping[str, str]], question: FieldDefinition, fault: str) -> PersonTable:
    field = TableAnswer(question)
    try:
        return PersonTable(number, field.clean(rows), fault)
    except ValidationError as error:
        return PersonTable(number, [], fault or " ".join(error.messages))
