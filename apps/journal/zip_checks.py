"""Look into a zip (office files are zips) before anyone else does: no bombs, no tricks, no macros.

Limits: at most 1,000 entries, 200 MiB unpacked, 100 times its own size; no overlap, no encryption, no names that climb
out of a folder, no archives inside except the plain office files that charts and embedded tables are.
"""

import html
import io
import re
import struct
import zipfile
import zlib

from django.utils.translation import gettext as _

MAX_ENTRIES = 1000
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 100
MAX_DIRECTORY = 2**20
CHUNK = 2**18
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, struct.error, ValueError)
END = b"PK\x05\x06"
LOCATOR_64 = b"PK\x06\x07"
EMBEDDED_OFFICE = re.compile(r"(.*/)?embeddings/[^/]+\.(xlsx|docx|pptx)", re.IGNORECASE)
ARCHIVE = re.compile(
    r".*\.(zip|rar|7z|jar|apk|gz|tgz|bz2|xz|tar|cab|iso|exe|dll|msi|bat|cmd|js|vbs|ps1|lnk|hta)", re.IGNORECASE
)
MACRO = re.compile(r"(.*/)?(vbaproject\.bin|vbadata\.xml|activex/.*|macrosheets/.*)|(basic|scripts)/.+", re.IGNORECASE)
RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
FETCHED_KINDS = re.compile(r"/(attachedtemplate|oleobject|frame|subdocument)\b")
ELSEWHERE = re.compile(r"""target\s*=\s*["']\s*(https?:|ftp:|mhtml:|\\\\|//|file:(//[^/\\]|////|\\\\))""")
HEAD = 2**16
WHOLE = 2**20  # of the small parts that say what the others are


class ZipRefused(Exception):
    """The archive breaks a limit or a rule; the words are for people."""


def check_zip(data: bytes, *, depth: int = 0) -> dict[str, bytes]:
    """Check an archive and give the beginning of each entry by name. Raises ZipRefused."""
    _check_directory_size(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(data))
            _check_overlap(entries, archive.start_dir)
            return {entry.filename: _read_entry(archive, entry, depth) for entry in entries if not entry.is_dir()}
    except BROKEN as error:
        raise ZipRefused(_("The file is damaged. Open it, save it anew and upload that.")) from error


def _check_directory_size(data: bytes) -> None:
    """Before Python builds an object for each of half a million entries."""
    place = data.rfind(END, max(0, len(data) - 65_557))
    if not data.startswith(b"PK\x03\x04") or place < 0 or len(data) < place + 22:
        raise ZipRefused(_("The file is damaged. Open it, save it anew and upload that."))
    count, size = struct.unpack_from("<HI", data, place + 10)
    if count > MAX_ENTRIES or size > MAX_DIRECTORY or data[max(0, place - 20) : place].startswith(LOCATOR_64):
        raise ZipRefused(_("The file has too many parts inside."))


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise ZipRefused(_("The file has too many parts inside."))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * size:
        raise ZipRefused(_("The file would become far too large when unpacked."))
    if len({entry.filename for entry in entries}) != len(entries):
        raise ZipRefused(_("The file has two parts of one name inside."))
    for entry in entries:
        _check_name(entry.filename)
        if entry.flag_bits & 0x1:
            raise ZipRefused(_("The file is protected by a password. Take the password off and upload it again."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ZipRefused(_("The file is damaged. Open it, save it anew and upload that."))


def _check_name(name: str) -> None:
    parts = re.split(r"[/\\]", name)
    if ".." in parts or "\\" in name or "\x00" in name or name.startswith("/") or ":" in parts[0]:
        raise ZipRefused(_("The file has a part inside whose name points outside."))
    if MACRO.fullmatch(name):
        raise ZipRefused(_("The file holds macros. Save it without macros and upload it again."))
    if ARCHIVE.fullmatch(name):
        raise ZipRefused(_("The file has another archive or a program inside. Upload the files one by one."))


def _check_overlap(entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Two entries on the same bytes are how small bombs grow large."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset for entry in ordered[1:]] + [directory]
    for entry, end in zip(ordered, ends, strict=True):
        if entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size > end:
            raise ZipRefused(_("The file is damaged. Open it, save it anew and upload that."))


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> bytes:
    """Unpack one entry fully (its size and checksum are proved by that); gives its beginning."""
    with archive.open(entry) as part:
        head = part.read(WHOLE if entry.filename.endswith((".rels", "[Content_Types].xml")) else HEAD)
        if head.startswith(b"PK\x03\x04"):
            if depth or not EMBEDDED_OFFICE.fullmatch(entry.filename):
                raise ZipRefused(_("The file has another archive or a program inside. Upload the files one by one."))
            check_office_parts(check_zip(head + part.read(), depth=1))
        while part.read(CHUNK):
            pass
    return head


def check_office_parts(parts: dict[str, bytes]) -> None:
    """No macros declared, no document type definitions, no template fetched from elsewhere. Raises ZipRefused."""
    for name, head in parts.items():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        plain = head.replace(b"\x00", b"")  # UTF-16 too
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise ZipRefused(_("The file is damaged. Open it, save it anew and upload that."))
        if name == "[Content_Types].xml" and (b"macroEnabled" in plain or b"vbaProject" in plain):
            raise ZipRefused(_("The file holds macros. Save it without macros and upload it again."))
        if name.endswith(".rels") and any(_fetches(row) for row in RELATIONSHIP.findall(plain)):
            raise ZipRefused(_("The file fetches a template from another computer. Save it as PDF and upload that."))


def _fetches(relation: bytes) -> bool:
    """Word loads these by itself; a template on the writer's own disk (file:///C:…) is usual and harmless."""
    lower = html.unescape(relation.decode("utf8", "replace")).lower()
    return bool(FETCHED_KINDS.search(lower)) and bool(ELSEWHERE.search(lower))
