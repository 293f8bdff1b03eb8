"""From the file of a batch to its staged rows, as they stand in the file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.imports.headers import Header, Names, SecondHeader, find_header, fold_heading, is_second_header, vocabulary
from apps.imports.models import Batch, Row
from apps.imports.reading import Sheet, Unreadable, read_sheets
from apps.imports.targets import Target

CHUNK = 2000


def stage_rows(batch: Batch, data: bytes, target: Target) -> None:
    """Read `data` and replace the rows of `batch`; sets columns, mapping and options, unsaved. Raises Unreadable."""
    names = vocabulary(target.columns)
    sheets = read_sheets(data)
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet, names))]
    if not found:
        raise Unreadable(_no_header(sheets))
    rows = [row for sheet, header in found for row in _rows(batch, sheet, header, names)]
    if not rows:
        raise Unreadable(_("There is nothing below the line of column names."))
    headers = [header for _sheet, header in found]
    used = {header.sheet for header in headers}
    batch.encoding = sheets[0].encoding
    batch.header_line = headers[0].line
    batch.columns = [{"sheet": header.sheet, "line": header.line, "titles": header.titles} for header in headers]
    batch.mapping = {}
    for header in headers:
        batch.mapping |= {title: key for title, key in zip(header.titles, header.keys, strict=True) if key}
    guessed = target.guess_options([fold_heading(title) for header in headers for title in header.titles])
    skipped = [sheet.name for sheet in sheets if sheet.name not in used]
    batch.options = guessed | batch.options | {"skipped": skipped}
    batch.rows.all().delete()
    Row.objects.bulk_create(rows, batch_size=CHUNK)


def _no_header(sheets: list[Sheet]) -> str:
    if not any(sheet.rows for sheet in sheets):
        return _("The table is empty.")
    return _(
        "No line with column names was found. Name the columns as usual, for example 學號, 姓名, 班級, "
        "and send it again."
    )


def _rows(batch: Batch, sheet: Sheet, header: Header, names: Names) -> Iterator[Row]:
    for cells in sheet.rows:
        if cells.line <= header.line:
            continue
        try:
            second = is_second_header(header, cells, names)
        except SecondHeader as error:
            raise Unreadable(
                _("Lines %(first)s and %(second)s both name columns, and differently. Keep one line of column names.")
                % {"first": error.first, "second": error.second}
            ) from error
        raw: list[object] = list(cells.values)
        for column, fault in cells.faults.items():
            raw[column] = {"fault": fault, "text": cells.values[column]}
        mark = [{"column": "", "code": "second_header", "params": {}, "refuses": True}] if second else []
        yield Row(batch=batch, sheet=sheet.name, line=cells.line, raw=raw, problems=mark)
