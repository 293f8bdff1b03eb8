"""Open a strange mail safely: bounded size, parts and depth, and never an exception for what its sender did wrong."""

import email
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from apps.delivery.limits import MAIL_DEPTH, MAIL_PARTS, PARSE_BYTES, READ_CHARS

HEADER_CHARS = 2_000
ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{2,63}(?![\w-])"
)
TAG = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^>]{0,200}>", re.IGNORECASE)
ANY_TAG = re.compile(r"<[!/a-zA-Z][^<>]{0,2000}>")
STYLE = re.compile(r"<(style|script|head)\b.{0,20000}?</\1\s{0,9}>", re.IGNORECASE | re.DOTALL)


class Unreadable(Exception):
    """Nothing can be made of this mail."""


@dataclass(frozen=True)
class Part:
    """One part of a mail. `returned`: it lies inside the mail that came back."""

    kind: str
    message: Message
    returned: bool


def open_mail(raw: bytes) -> Message:
    """The mail, of which only the first megabytes are looked at. Raises Unreadable for nesting beyond reason."""
    try:
        return email.message_from_bytes(raw[:PARSE_BYTES].lstrip())  # blank lines would end the head
    except (RecursionError, ValueError, LookupError, AssertionError) as error:
        raise Unreadable(type(error).__name__) from error


def parts_of(mail: Message) -> Iterator[Part]:
    """The parts in reading order, no more than the limits allow."""
    waiting: list[tuple[Message, int, bool]] = [(mail, 0, False)]
    seen = 0
    while waiting and seen < MAIL_PARTS:
        message, depth, returned = waiting.pop()
        seen += 1
        kind = message.get_content_type()
        yield Part(kind, message, returned)
        inside = returned or kind in ("message/rfc822", "message/global", "text/rfc822-headers")
        children = message.get_payload() if message.is_multipart() else []
        if depth < MAIL_DEPTH and not kind.endswith("delivery-status"):
            waiting.extend((child, depth + 1, inside) for child in reversed(children))


def header(message: Message, name: str) -> str:
    """A header as text, decoded as far as it can be; "" when it is missing."""
    value = raw_header(message, name)
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, UnicodeError, LookupError, ValueError):
        text = value
    return " ".join(text.encode("utf-8", "replace").decode().replace("\0", "").split())


def raw_header(message: Message, name: str) -> str:
    """The header before encoded words are decoded. Many systems in China write plain UTF-8 or GB18030 there."""
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    text = str(next(values, ""))[:HEADER_CHARS]
    return text if text.isascii() else decoded(text.encode("utf-8", "surrogateescape"), "utf-8")


def addresses_in(message: Message, *names: str) -> list[str]:
    """The bare addresses of these headers, as they stand."""
    values = [str(value) for name in names for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values[:50]) if "@" in address]


def text_of(message: Message) -> str:
    """The words of a text part; HTML without its tags."""
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = decoded(payload, message.get_content_charset() or "utf-8")[:READ_CHARS]
    return plain(text) if message.get_content_type() == "text/html" else text


def decoded(payload: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "gb18030"):
        try:
            return payload.decode(name).replace("\0", "")
        except (ValueError, LookupError):  # "undefined" is a codec too, and a name may hold a zero byte
            continue
    return payload.decode("latin-1").replace("\0", "")


def plain(text: str) -> str:
    return html.unescape(ANY_TAG.sub(" ", TAG.sub("\n", STYLE.sub(" ", text)))).replace("\xa0", " ")


def date_of(message: Message, latest: datetime) -> datetime | None:
    """The Date header where it can be believed: not in the future."""
    try:
        value = parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    value = value if value.tzinfo else value.replace(tzinfo=UTC)
    return value if value <= latest else None
