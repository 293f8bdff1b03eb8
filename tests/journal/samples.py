"""Files for the tests, good and hostile, made on the spot."""

import io
import struct
import zipfile
import zlib

from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": ("word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE}.spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}.presentationml.presentation.main+xml"),
}
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
GIF_SCRIPT = b"GIF89a/*" + b"\x00" * 8 + b"*/=1;alert(1)"


def office(end: str = "docx", extra: dict[str, bytes] | None = None, *, types: str = "") -> bytes:
    """A small sound office file with `extra` parts."""
    part, main = MAIN[end]
    declared = f'<Types><Override PartName="/{part}" ContentType="{main}"/>{types}</Types>'
    return packed({"[Content_Types].xml": declared.encode(), part: b"<w/>" * 50, **(extra or {})})


def open_document(extra: dict[str, bytes] | None = None) -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    return packed({"mimetype": kind, "content.xml": b"<office/>", **(extra or {})})


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.filename = name  # ZipInfo tidies names; a hostile one is not tidy
            archive.writestr(info, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    """The same archive with the flag of encryption in its directory."""
    changed = bytearray(data)
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def overlapping(data: bytes) -> bytes:
    """The second entry of the directory points at the bytes of the first."""
    changed = bytearray(data)
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    changed[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(changed)


def lying(data: bytes) -> bytes:
    """The directory says that the last entry is of 10 bytes."""
    changed = bytearray(data)
    place = data.rfind(b"PK\x01\x02")
    changed[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(changed)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind, **options)
    return buffer.getvalue()


def pixel_bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 60,000 × 60,000 dots."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def located_photo() -> bytes:
    """A JPEG that says where it was taken, with a script glued to its end."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    return picture("JPEG", exif=exif) + b"<script>alert('tail')</script>"


def relations(target: str, kind: str = "attachedTemplate") -> bytes:
    address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    row = f'<Relationship Id="r1" Type="{address}" Target="{target}" TargetMode="External"/>'
    return f"<Relationships>{row}</Relationships>".encode()
