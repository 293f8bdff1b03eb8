"""CSV and TSV."""

import csv
import io

from django.utils.translation import gettext as _

from apps.imports.reading.encodings import decode_text
from apps.imports.reading.sheets import Cells, Sheet, Unreadable

DELIMITERS = (",", "\t", ";", "，")
MOST_COLUMNS = 200
MOST_ROWS = 200_000


def read_text_table(data: bytes) -> Sheet:
    """The one sheet of a text file. Raises Unreadable."""
    text, encoding = decode_text(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows, line = [], 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                rows.append(Cells(line, values[:MOST_COLUMNS]))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise Unreadable(_("The table has more than %(most)s lines. Split it.") % {"most": MOST_ROWS})
    except csv.Error as error:
        raise Unreadable(_("Line %(line)s cannot be read: a quotation mark is not closed.") % {"line": line}) from error
    return Sheet("", rows, encoding)


def _delimiter(text: str) -> str:
    """The mark that stands most evenly in the first lines."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]
    return max(DELIMITERS, key=lambda mark: sorted(line.count(mark) for line in lines)[len(lines) // 2] if lines else 0)
