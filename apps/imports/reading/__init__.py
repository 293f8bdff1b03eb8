"""From the bytes of a file to sheets of text cells. Knows nothing of people."""

from apps.imports.reading.files import check_kind, read_sheets
from apps.imports.reading.sheets import Cells, Sheet, Unreadable

__all__ = ["Cells", "Sheet", "Unreadable", "check_kind", "read_sheets"]
