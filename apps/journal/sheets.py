"""A list as a spreadsheet: columns, rows, and what is to be said of it. No text ever becomes a formula or a link."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext
from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
# What some program takes for the beginning of a formula when it reads the text again, also in full width.
LIVE = tuple("=+-@\t\r\n＝＋－＠")
LONGEST = 32_767  # characters that a cell can hold
USUAL_WIDTH = 18


@dataclass(frozen=True)
class SheetColumn:
    """One column: what stands above it, and what of a row stands in it (text, number, moment, day, or nothing).

    `code`: by which somebody chooses it, where columns are chosen; `usual`: in the sheet when nobody chose.
    """

    label: str | Promise
    value: Callable[[Any], object]
    width: int = USUAL_WIDTH
    code: str = ""
    usual: bool = True


def safe(text: str) -> str:
    """Text that could be run as a formula gets an apostrophe in front, also where the reader is not Excel."""
    return (f"'{text}" if text.startswith(LIVE) else text)[:LONGEST]


def write_sheet(
    target: BinaryIO, *, title: str, columns: Sequence[SheetColumn], rows: Iterable[Any], notes: Sequence[str] = ()
) -> int:
    """The workbook into a file, and how many rows it has. A row at a time goes to the disk: the memory does not grow.

    `notes` stand on a sheet of their own: of when it is, what it was narrowed by, where it ends.
    """
    count = 0
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        shapes = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd"}
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in shapes.items()}
        sheet = book.add_worksheet(_sheet_name(title))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.write_row(0, 0, [safe(str(column.label)) for column in columns], bold)
        for count, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                _write(sheet, count, place, column.value(row), formats)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        about = book.add_worksheet(pgettext("sheet", "About"))
        about.set_column(0, 0, 90)
        for place, note in enumerate(notes):
            about.write_string(place, 0, safe(note))
    return count


def _write(sheet: Worksheet, line: int, place: int, value: object, formats: dict[type, object]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, place, timezone.localtime(value).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), formats[date])  # noqa: DTZ001
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, safe(str(value)))


def _sheet_name(title: str) -> str:
    """A name that a sheet may have."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "1"
