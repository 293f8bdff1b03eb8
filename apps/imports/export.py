"""The refused rows as a workbook: what stood in the file and why each row stayed out, to be mended and sent again."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from apps.imports.models import Batch, Row
from apps.imports.results import refused_lines

# Text that a spreadsheet could take for a formula or a link stays text.
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def refused_workbook(batch: Batch) -> bytes:
    """An XLSX file with the columns of the first sheet and, at the end, line, column and reason."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        sheet = book.add_worksheet(_("Refused rows"))
        bold = book.add_format({"bold": True})
        titles = batch.columns[0]["titles"] if batch.columns else []
        sheet.write_row(0, 0, [*titles, _("Line"), _("Column"), _("Reason")], bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles), 16)
        sheet.set_column(len(titles) + 2, len(titles) + 2, 60)
        for place, line in enumerate(refused_lines(batch), start=1):
            for column, text in enumerate(_texts(line.row, len(titles))):
                sheet.write_string(place, column, text)
            sheet.write_number(place, len(titles), line.row.line)
            sheet.write_string(place, len(titles) + 1, line.column)
            sheet.write_string(place, len(titles) + 2, line.reason)
    return buffer.getvalue()


def _texts(row: Row, width: int) -> list[str]:
    return [str(cell["text"] if isinstance(cell, dict) else cell) for cell in row.raw[:width]]
