"""Is a file what its name says, and harmless inside? Gives the bytes to keep (pictures are drawn anew)."""

import io
import re
import zipfile

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from apps.journal.file_kinds import KINDS, Family, FileKind, sniff
from apps.journal.zip_checks import ZipRefused, check_office_parts, check_zip

MAX_IMAGE_PIXELS = 50_000_000
IMAGE_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
SAVE_OPTIONS = {"PNG": {}, "JPEG": {"quality": 90}, "WEBP": {"quality": 90}}
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|iframe|body|\?xml|\?php)", re.IGNORECASE)
ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch)\b")


class ContentRefused(Exception):
    """The content is not what the name says, or not harmless; the words are for people."""


def checked_content(data: bytes, end: str) -> bytes:
    """The bytes to keep of a file whose name ends in `end` (one of KINDS). Raises ContentRefused."""
    kind = KINDS[end]
    if sniff(data) not in kind.sniffed:
        words = _("The content is not what the name .%(end)s says. Save it anew in the right format.")
        raise ContentRefused(words % {"end": end})
    try:
        return CHECKS[kind.family](data, kind)
    except ZipRefused as error:
        raise ContentRefused(str(error)) from error


def _pdf(data: bytes, kind: FileKind) -> bytes:
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise ContentRefused(_("The file is two kinds of file at once. Print it to PDF anew and upload that."))
    if ACTIVE_PDF.search(data):
        raise ContentRefused(_("The PDF holds a script. Print it to PDF anew and upload that."))
    return data


def _ooxml(data: bytes, kind: FileKind) -> bytes:
    parts = check_zip(data)
    types = parts.get("[Content_Types].xml", b"")
    check_office_parts(parts)
    if kind.content_type.encode() + b".main+xml" not in types.replace(b"\x00", b""):
        raise ContentRefused(_("The content is not what the name says. Open it, save it anew and upload that."))
    return data


def _open_document(data: bytes, kind: FileKind) -> bytes:
    parts = check_zip(data)
    check_office_parts(parts)
    if parts.get("mimetype", b"").strip() != kind.content_type.encode():
        raise ContentRefused(_("The content is not what the name says. Open it, save it anew and upload that."))
    return data


def _text(data: bytes, kind: FileKind) -> bytes:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in data and not wide:
        raise ContentRefused(_("This is not a text file."))
    if MARKUP.search(data[:4096].replace(b"\x00", b"")):
        raise ContentRefused(_("The file holds a web page or a script, not text. Print it to PDF and upload that."))
    return data


def _image(data: bytes, kind: FileKind) -> bytes:
    """Draw the picture anew: place and camera data, animation and anything glued to its end are gone."""
    wanted = IMAGE_FORMATS[kind.content_type]
    try:
        with Image.open(io.BytesIO(data), formats=[wanted]) as picture:
            if picture.width * picture.height > MAX_IMAGE_PIXELS:
                raise ContentRefused(
                    _("The picture has more than 50 million dots. Make it smaller and upload it again.")
                )
            upright = ImageOps.exif_transpose(picture)
            kept = io.BytesIO()
            _bare(upright, wanted).save(kept, wanted, **SAVE_OPTIONS[wanted])
    except Image.DecompressionBombError as error:
        raise ContentRefused(
            _("The picture has more than 50 million dots. Make it smaller and upload it again.")
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise ContentRefused(_("The picture is damaged. Save it anew and upload that.")) from error
    return kept.getvalue()


def _bare(picture: Image.Image, wanted: str) -> Image.Image:
    """The dots alone, without anything that Pillow carries along (comments, profiles, camera data)."""
    if wanted == "JPEG" and picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    elif picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


CHECKS = {
    Family.PDF: _pdf,
    Family.OOXML: _ooxml,
    Family.OPEN_DOCUMENT: _open_document,
    Family.TEXT: _text,
    Family.IMAGE: _image,
}
