"""Which kind of file is this? Told by the content; the name's ending is not believed."""

from django.utils.translation import gettext as _

from apps.imports.reading.delimited import read_text_table
from apps.imports.reading.sheets import Sheet, Unreadable
from apps.imports.reading.workbooks import read_workbook

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OTHER = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"\x1f\x8b": "gzip",
}


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets of a CSV, TSV or XLSX file. Raises Unreadable."""
    check_kind(data)
    return read_workbook(data) if data.startswith((ZIP, EMPTY_ZIP)) else [read_text_table(data)]


def check_kind(data: bytes) -> None:
    """Does the beginning of a file look like a table? Raises Unreadable with the way out."""
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if data.startswith(OLE):
        raise Unreadable(_ole_reason(data))
    for start, name in OTHER.items():
        if data.startswith(start):
            raise Unreadable(_("This is a %(kind)s file, not a table. Send CSV or XLSX.") % {"kind": name})


def _ole_reason(data: bytes) -> str:
    if ENCRYPTED in data:
        return _("The workbook is protected by a password. Save it without one and send it again.")
    return _("This is an old Excel file (.xls). Save it as XLSX or CSV and send it again.")
