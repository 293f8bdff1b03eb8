"""A letter from its raw bytes: who wrote it, what, with which files. Bounded in size, parts, depth and time; for a mail
that nothing can be made of the answer is a letter that says so, never an exception.
"""

import email
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message

from apps.delivery.cpu_limit import TimeUp, cpu_limit
from apps.delivery.letters.automatic import why_automatic
from apps.delivery.letters.files import LetterFile, files_in
from apps.delivery.letters.origin import Origin, origin_of, sender_of
from apps.delivery.letters.quoting import QUOTE_BEGINS, cut
from apps.delivery.letters.texts import tidy, whole_text
from apps.delivery.limits import MAIL_DEPTH, MAIL_PARTS, PARSE_SECONDS, RAW_BYTES
from apps.delivery.mail_parts import Part, addresses_in, header

SENDER_CHARS, SUBJECT_CHARS, ID_CHARS = 254, 300, 250
WHOLE_CHARS = 200_000


@dataclass(frozen=True)
class Letter:
    """`written` is what its writer wrote, `whole` the text with all that it quotes. `sender` is "" where the mail does
    not name exactly one. `unreadable`: nothing could be made of it, or it took too long.
    """

    sender: str = ""
    subject: str = ""
    message_id: str = ""
    fingerprint: str = ""
    written: str = ""
    whole: str = ""
    was_cut: bool = False
    files: tuple[LetterFile, ...] = ()
    automatic: str = ""
    origin: Origin = Origin.NONE
    is_encrypted: bool = False
    is_signed: bool = False
    too_deep: bool = False
    too_large: bool = False
    unreadable: bool = False
    shown_sender: str = ""  # as the head has it, for people


@dataclass
class Walk:
    """The parts in reading order, as far as the limits allow. What lies in an attached mail is not looked at."""

    parts: list[Part] = field(default_factory=list)
    is_over: bool = False


def read_letter(raw: bytes, believed: Iterable[str] = ()) -> Letter:
    """Everything that is asked of a letter. `believed`: names of our own receiving servers."""
    try:
        with cpu_limit(PARSE_SECONDS):
            return read_within_limits(raw, believed)
    except (TimeUp, RecursionError, MemoryError):
        return Letter(unreadable=True, fingerprint=hashlib.sha256(raw).hexdigest())
    except Exception:  # the library raises anything for a mail that is broken in a new way
        return Letter(unreadable=True, fingerprint=hashlib.sha256(raw).hexdigest())


def read_within_limits(raw: bytes, believed: Iterable[str]) -> Letter:
    mail = email.message_from_bytes(raw[:RAW_BYTES].lstrip())
    walk = walked(mail)
    sender, whole = tidy(sender_of(mail)), tidy(whole_text(walk.parts))
    written = cut(whole)
    kinds = {part.kind for part in walk.parts}
    return Letter(
        sender=sender[:SENDER_CHARS],
        shown_sender=tidy(sender or next(iter(addresses_in(mail, "From")), "") or header(mail, "From"))[:SENDER_CHARS],
        subject=tidy(header(mail, "Subject"))[:SUBJECT_CHARS],
        message_id=tidy(header(mail, "Message-ID"))[:ID_CHARS],
        fingerprint=fingerprint(mail, raw),
        written=written.text[:WHOLE_CHARS],
        whole=whole.replace(QUOTE_BEGINS, "")[:WHOLE_CHARS],
        was_cut=written.was_cut,
        files=tuple(files_in(walk.parts, has_words=bool(written.text))),
        automatic=why_automatic(mail),
        origin=origin_of(mail, sender, believed),
        is_encrypted=is_encrypted(mail, kinds, whole),
        is_signed=bool(kinds & {"multipart/signed"}) or "-----BEGIN PGP SIGNED MESSAGE-----" in whole,
        too_deep=walk.is_over,
        too_large=len(raw) >= RAW_BYTES,  # where it is kept, what is longer was cut
    )


def walked(mail: Message) -> Walk:
    walk = Walk()
    waiting = [(mail, 0)]
    while waiting:
        message, depth = waiting.pop()
        if len(walk.parts) >= MAIL_PARTS or depth > MAIL_DEPTH:
            walk.is_over = True
            break
        kind = message.get_content_type()
        walk.parts.append(Part(kind, message, False))
        if message.is_multipart() and not kind.startswith("message/"):
            waiting.extend((child, depth + 1) for child in reversed(message.get_payload()))
    return walk


def fingerprint(mail: Message, raw: bytes) -> str:
    """The same for the same mail, whichever way it came: servers on the way add headers and leave the body alone."""
    own = header(mail, "Message-ID")
    if not own:
        return hashlib.sha256(raw).hexdigest()
    body = raw.replace(b"\r\n", b"\n").lstrip().partition(b"\n\n")[2].rstrip()
    return hashlib.sha256(b"\0".join((own.encode("utf-8", "replace"), body))).hexdigest()


def is_encrypted(mail: Message, kinds: set[str], text: str) -> bool:
    """S/MIME or PGP. An opaque S/MIME signature hides the words as well."""
    closed = {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}
    return bool(kinds & closed) or "-----BEGIN PGP MESSAGE-----" in text[:20_000]
