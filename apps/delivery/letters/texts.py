"""The words of a mail: which parts hold them, and in which characters they are written."""

import codecs
import re
from collections.abc import Sequence
from email.message import Message

from apps.delivery.letters.html_text import html_to_text
from apps.delivery.mail_parts import Part, header

TEXT_CHARS = 2**20
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Programs name the smaller set and write the larger one.
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "cp950", "ascii": "utf-8"}
NOT_FOR_MAIL = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"}


def whole_text(parts: Sequence[Part]) -> str:
    """The plain text where there is one, else the words of the HTML."""
    plain = [text_of(part.message) for part in parts if is_text(part, "text/plain")]
    if any(text.strip() for text in plain):
        return "\n".join(plain)[:TEXT_CHARS]
    html = [html_to_text(text_of(part.message)) for part in parts if is_text(part, "text/html")]
    return "\n".join(html)[:TEXT_CHARS]


def tidy(text: str) -> str:
    """Without signs that are none: control characters, halves of pairs, and what turns the direction of writing."""
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode())


def is_text(part: Part, kind: str) -> bool:
    """Is it the text itself and no file?"""
    return part.kind == kind and not part.message.is_multipart() and not is_attached(part.message)


def is_attached(message: Message) -> bool:
    disposition = header(message, "Content-Disposition").split(";")[0].strip().lower()
    return disposition == "attachment" or bool(message.get_filename())


def text_of(message: Message) -> str:
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return decoded(payload[: 4 * TEXT_CHARS], charset_of(message))[:TEXT_CHARS].replace("\0", "")


def charset_of(message: Message) -> str:
    name = str(message.get_content_charset() or "").lower()
    try:
        known = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return "" if known in NOT_FOR_MAIL else WIDER.get(known, known)


def decoded(payload: bytes, charset: str) -> str:
    """By the name it bears, then by what is common; at worst with signs for what could not be read."""
    hong_kong = "big5hkscs" if charset == "cp950" else ""
    for name in dict.fromkeys((charset, hong_kong, "utf-8", "gb18030", "big5hkscs")):
        try:
            if name:
                return payload.decode(name)
        except (ValueError, LookupError):
            continue
    return payload.decode(charset or "utf-8", "replace")
