"""The files of a mail, by the name their sender gave them. What a file holds is checked where files are taken in."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from enum import StrEnum
from mimetypes import guess_extension

from apps.delivery.letters.texts import is_attached, is_text
from apps.delivery.mail_parts import Part, header

MOST_FILES = 50
SMALL_PICTURE = 12 * 2**10  # a logo in a signature; a photograph of a paper is larger
SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
PACKED_BY_OUTLOOK = {"application/ms-tnef", "application/vnd.ms-tnef"}


class FileUse(StrEnum):
    """What is to become of a file before anybody looks into it."""

    OFFERED = "offered"
    DECORATION = "decoration"  # a small or repeated picture of a signature
    WINMAIL = "winmail"  # Outlook packed everything into winmail.dat
    ATTACHED_MAIL = "attached mail"


@dataclass(frozen=True)
class LetterFile:
    name: str
    content: bytes
    use: FileUse = FileUse.OFFERED
    inline: bool = False


def files_in(parts: Sequence[Part], *, has_words: bool) -> Iterator[LetterFile]:
    """All but the text itself and signatures by key. `has_words`: without any, even a small picture says something."""
    found = [(part, content_of(part.message)) for part in parts if is_file(part)][:MOST_FILES]
    seen = Counter(hashlib.sha256(content).digest() for _part, content in found)
    for part, content in found:
        repeated = seen[hashlib.sha256(content).digest()] > 1
        yield LetterFile(
            name=name_of(part),
            content=content,
            use=use_of(part, content, repeated=repeated, has_words=has_words),
            inline=is_inline(part.message),
        )


def is_file(part: Part) -> bool:
    if part.kind in SIGNATURES or part.kind == "application/pgp-encrypted":
        return False
    if part.kind == "message/rfc822":
        return True
    if part.message.is_multipart() or part.kind.startswith(("multipart/", "message/")):
        return False
    return not (is_text(part, "text/plain") or is_text(part, "text/html"))


def use_of(part: Part, content: bytes, *, repeated: bool, has_words: bool) -> FileUse:
    if part.kind in PACKED_BY_OUTLOOK or name_of(part).lower() == "winmail.dat":
        return FileUse.WINMAIL
    if part.kind == "message/rfc822":
        return FileUse.ATTACHED_MAIL
    picture = part.kind.startswith("image/") and is_inline(part.message)
    small = len(content) <= SMALL_PICTURE
    return FileUse.DECORATION if picture and has_words and (small or repeated) else FileUse.OFFERED


def is_inline(message: Message) -> bool:
    """Is it shown within the text? Programs say so, or give it a name by which the text calls it."""
    if header(message, "Content-Disposition").split(";")[0].strip().lower() == "attachment":
        return False
    return (
        bool(header(message, "Content-ID"))
        or not is_attached(message)
        or "inline" in header(message, "Content-Disposition")
    )


def content_of(message: Message) -> bytes:
    payload = None if message.is_multipart() else message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def name_of(part: Part) -> str:
    """The name, also where a program wrote encoded words into the parameter; one is made up where there is none."""
    name = part.message.get_filename() or ""
    if part.kind == "message/rfc822":
        return name or "mail.eml"
    with suppress(ValueError, LookupError):
        name = str(make_header(decode_header(name))) if "=?" in name else name
    name = name.encode("utf-8", "replace").decode().replace("\0", "").strip()
    return name[:300] or f"file{guess_extension(part.kind) or '.bin'}"
