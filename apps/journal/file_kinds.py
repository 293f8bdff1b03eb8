"""Which files are taken, and how a file shows what it is.

A file must be what its name says: the extension chooses the kind, the content (libmagic, where the machine has it, else
the signatures below) must agree. That is a first gate only; `file_checks` looks inside.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import localized

try:
    import magic
except ImportError:  # no libmagic on this machine; the structure checks do not need it
    magic = None


class Family(StrEnum):
    """How the inside of a file is checked."""

    PDF = "pdf"
    OOXML = "ooxml"
    OPEN_DOCUMENT = "open_document"
    TEXT = "text"
    IMAGE = "image"


@dataclass(frozen=True)
class FileKind:
    """One kind of file: the type it is served with, and the types a sniffer may call it."""

    content_type: str
    family: Family
    also: frozenset[str] = frozenset()

    @property
    def sniffed(self) -> frozenset[str]:
        return self.also | {self.content_type}


PACKED = frozenset({"application/zip", "application/octet-stream"})  # older libmagic; the inside decides
PLAIN = frozenset({"text/plain", "text/csv", "application/csv", "text/tab-separated-values", "application/json"})
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"

KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", Family.PDF),
    "docx": FileKind(f"{OFFICE}.wordprocessingml.document", Family.OOXML, PACKED),
    "xlsx": FileKind(f"{OFFICE}.spreadsheetml.sheet", Family.OOXML, PACKED),
    "pptx": FileKind(f"{OFFICE}.presentationml.presentation", Family.OOXML, PACKED),
    "odt": FileKind(f"{OPEN}.text", Family.OPEN_DOCUMENT, PACKED),
    "ods": FileKind(f"{OPEN}.spreadsheet", Family.OPEN_DOCUMENT, PACKED),
    "odp": FileKind(f"{OPEN}.presentation", Family.OPEN_DOCUMENT, PACKED),
    "txt": FileKind("text/plain", Family.TEXT, PLAIN),
    "csv": FileKind("text/csv", Family.TEXT, PLAIN),
    "tsv": FileKind("text/tab-separated-values", Family.TEXT, PLAIN),
    "png": FileKind("image/png", Family.IMAGE),
    "jpg": FileKind("image/jpeg", Family.IMAGE),
    "jpeg": FileKind("image/jpeg", Family.IMAGE),
    "webp": FileKind("image/webp", Family.IMAGE),
}

DOCUMENTS = frozenset({"pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt"})
IMAGES = frozenset({"png", "jpg", "jpeg", "webp"})
TABLES = frozenset({"csv", "tsv", "xlsx"})
GROUPS = {"documents": DOCUMENTS, "images": IMAGES, "tables": TABLES}
EVERYTHING = DOCUMENTS | IMAGES | TABLES

# What people try most, and the way out.
ADVICE = {
    **dict.fromkeys(("doc", "docm", "wps", "dot", "rtf"), gettext_lazy("Open it and save it as .docx or PDF.")),
    **dict.fromkeys(("xls", "xlsm", "xlsb", "et"), gettext_lazy("Open it and save it as .xlsx (without macros).")),
    **dict.fromkeys(("ppt", "pptm", "pps", "dps"), gettext_lazy("Open it and save it as .pptx or PDF.")),
    **dict.fromkeys(("heic", "heif", "gif", "bmp", "tiff", "svg"), gettext_lazy("Save the picture as JPEG or PNG.")),
    **dict.fromkeys(("zip", "rar", "7z", "tar", "gz"), gettext_lazy("Unpack it and upload the files one by one.")),
    **dict.fromkeys(("html", "htm", "mht", "xml", "ofd"), gettext_lazy("Print it to PDF and upload the PDF.")),
}


def sniff(data: bytes) -> str:
    """The content type that the bytes themselves show."""
    head = data[: 2**20]  # a docx may have its main part late
    return magic.from_buffer(head, mime=True) if magic else by_signature(head)


def by_signature(data: bytes) -> str:
    """The same from the few signatures we take; what holds no zero byte counts as text unless it is markup."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        return "application/zip"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain"
    markup = data.lstrip()[:1] == b"<" or data.startswith((b"#!", b"%!"))
    return "application/octet-stream" if markup or b"\x00" in data else "text/plain"


def readable_list(extensions: frozenset[str]) -> str:
    """The extensions for people, in the order above."""
    comma = {"zh-hant": "、", "zh-hans": "、", "en": ", "}
    return localized(comma).join(f".{end}" for end in KINDS if end in extensions)


def advice_for(end: str) -> str:
    return str(ADVICE.get(end, _("Save it as one of these and upload it again.")))
