"""XLSX: text of cells, merged cells filled down, formulas marked, nothing unpacked unseen."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from lxml.etree import LxmlError
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from apps.imports.reading.delimited import MOST_COLUMNS, MOST_ROWS
from apps.imports.reading.sheets import Cells, Sheet, Unreadable
from apps.journal.zip_checks import ZipRefused, check_office_parts, check_zip

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')
CHUNK = 2**20
OVERLAP = 200
MOST_MERGED = MOST_ROWS  # a small file can claim millions, each of which would be kept
EXACT_DIGITS = 15  # Excel keeps numbers to 15 digits; what comes after is invented
FORMULA, ERROR, ROUNDED = "formula", "cell_error", "rounded"
BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    ParseError,
    LxmlError,
    DefusedXmlException,
    zipfile.BadZipFile,
)


def read_workbook(data: bytes) -> list[Sheet]:
    """The visible sheets of a workbook, in order. Raises Unreadable."""
    _check_archive(data)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        # Read-only: a hundred thousand rows must not become a hundred thousand objects with styles.
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return [Sheet(sheet.title, list(_rows(sheet, _merged(archive, sheet)))) for sheet in sheets]
    except BROKEN as error:  # openpyxl raises what its parsers meet
        raise Unreadable(_("The workbook is broken. Open it in Excel, save it anew and send it again.")) from error


def _check_archive(data: bytes) -> None:
    try:
        parts = check_zip(data)
        check_office_parts(parts)
    except ZipRefused as error:
        raise Unreadable(str(error)) from error
    if "xl/workbook.xml" not in parts:
        raise Unreadable(_("This archive is not a workbook. Send CSV or XLSX."))


def _rows(sheet: ReadOnlyWorksheet, merged: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Cells]:
    sheet.reset_dimensions()  # the size a file states of itself may be wrong
    tops: dict[tuple[int, int], str] = {}
    count = 0
    for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        values, faults = _line(cells)
        for column in range(len(values)):
            if place := merged.get((line, column)):
                values[column] = tops.setdefault(place, values[column])
        while values and not values[-1] and len(values) - 1 not in faults:
            values.pop()
        if any(value.strip() for value in values) or faults:
            count += 1
            if count > MOST_ROWS:
                raise Unreadable(_("The table has more than %(most)s lines. Split it.") % {"most": MOST_ROWS})
            yield Cells(line, values, faults)


def _line(cells: Iterable[object]) -> tuple[list[str], dict[int, str]]:
    values, faults = [], {}
    for column, cell in enumerate(cells):
        text, fault = cell_text(cell.value, getattr(cell, "data_type", "n"))
        values.append(text)
        if fault:
            faults[column] = fault
    return values, faults


def cell_text(value: object, kind: str) -> tuple[str, str]:
    """The text of a cell and its fault ("" if none). Numbers lose the decimal point that Excel gives to whole ones."""
    if value is None:
        return "", ""
    if kind == "f":
        return "", FORMULA
    if kind == "e":
        return str(value), ERROR
    if isinstance(value, bool):
        return str(value), ""
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat(), ""
    return str(value), ""


def _number_text(value: float) -> tuple[str, str]:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value), ERROR
    if value != int(value):
        return repr(value), ""
    text = str(int(value))
    return text, ROUNDED if len(text.lstrip("-")) > EXACT_DIGITS else ""


def _merged(archive: zipfile.ZipFile, sheet: ReadOnlyWorksheet) -> dict[tuple[int, int], tuple[int, int]]:
    """(line, column from 0) of each cell in a merged block's first column → its top cell: filled down, not across."""
    found: set[bytes] = set()
    with archive.open(sheet._worksheet_path) as stream:
        rest = b""
        while chunk := stream.read(CHUNK):
            found.update(MERGED.findall(rest + chunk))
            rest = chunk[-OVERLAP:]
            if len(found) > MOST_MERGED:
                raise too_many_merged()
    places: dict[tuple[int, int], tuple[int, int]] = {}
    cells = 0
    for reference in found:
        left, top, _right, bottom = range_boundaries(reference.decode())
        if top == bottom or left > MOST_COLUMNS or bottom - top >= MOST_ROWS:
            continue
        cells += bottom - top + 1
        if cells > MOST_MERGED:
            raise too_many_merged()
        places.update({(line, left - 1): (top, left - 1) for line in range(top, bottom + 1)})
    return places


def too_many_merged() -> Unreadable:
    return Unreadable(_("The table has more than %(most)s merged cells. Undo the merging.") % {"most": MOST_MERGED})
