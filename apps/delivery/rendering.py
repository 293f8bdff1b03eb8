"""The bytes of a mail: the body is encoded once per message and language, head and salutation once per person.

Composing costs five times what sending does, so it must not be done again for each of ten thousand people.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.delivery.enums import MessageClass
from apps.delivery.models import Delivery, Message, MessageText
from apps.delivery.threads import NO_THREAD, Thread
from apps.delivery.tokens import message_id
from apps.journal.files import open_blob

CRLF = b"\r\n"
# On top of mails that may be answered, for whatever language their reader writes in. What stands below is cut off.
REPLY_MARK = "##- 請在此行以上書寫回覆 · 请在此行以上书写回复 · Please write above this line -##"


class HeaderRefused(Exception):
    """A value with a line break: in a header it would add headers of somebody else's choice."""


@dataclass(frozen=True)
class Rendered:
    """A mail without its recipient: the encoded bodies after the salutation, and what stands around them.

    `greeting` has a place for the name ("%(name)s"); "" for mails that greet by themselves. `head`: the headers that
    are the same for everybody. `mark`: the line above which an answer is written; "" for mails that take none.
    `file`: the whole part that stands behind the words, for mails that carry one.
    """

    language: str
    digest: str
    head: bytes
    boundary: bytes
    greeting: str
    text: bytes
    html_opening: str
    html: bytes
    mark: str = ""
    file: bytes = b""


def one_line(value: str) -> str:
    if any(character in value for character in "\r\n\0"):
        raise HeaderRefused
    return value


def header(value: str) -> bytes:
    """A header value in ASCII; other characters as encoded words. Raises HeaderRefused."""
    if one_line(value).isascii():
        return value.encode()
    return in_encoded_words(value)


def in_encoded_words(value: str) -> bytes:
    """RFC 2047. One word where it fits into one (75 characters); the standard library cuts what is longer."""
    word = b"=?utf-8?b?" + base64.b64encode(value.encode()) + b"?="
    return word if len(word) <= 75 else Header(value, "utf-8", maxlinelen=75).encode(linesep="\r\n").encode()


def mailbox(name: str, address: str) -> bytes:
    if not name:
        return one_line(address).encode()
    plain = name.isascii() and '"' not in name and "\\" not in name
    shown = f'"{one_line(name)}"'.encode() if plain else in_encoded_words(one_line(name))
    return shown + b" <" + one_line(address).encode() + b">"


def encoded(text: str) -> bytes:
    """base64 in lines of 76."""
    return base64.encodebytes(text.encode()).replace(b"\n", CRLF)


def spliceable(text: str, ending: str) -> bytes:
    """base64 of `text` with spaces before `ending` so that more base64 may follow: whole groups of three bytes."""
    size = len((text + ending).encode())
    return encoded(text + " " * (-size % 3) + ending)


def render(message: Message, words: MessageText) -> Rendered:
    """Encode what is the same for everybody who reads this language."""
    url = urljoin(f"{settings.PORTAL_URL}/", message.target_url) if message.target_url else ""
    with override(words.language):
        context = {
            "words": words,
            "url": url,
            "office": settings.MAIL_FROM_NAME,
            "is_account": message.message_class == MessageClass.ACCOUNT,
            "takes_replies": message.takes_replies,
        }
        text = render_to_string("delivery/mail.txt", context)
        html = render_to_string("delivery/mail.html", context) if words.html else ""
        greeting = _("Dear %(name)s:") if message.message_class != MessageClass.ACCOUNT else ""
    return Rendered(
        language=words.language,
        digest=words.digest,
        head=CRLF.join(common_head(words.subject, automatic="replied" if message.answers_mail else "generated")),
        boundary=b"=_" + words.digest[:32].encode(),
        greeting=greeting,
        text=encoded("\r\n".join(text.strip("\n").splitlines()) + "\r\n"),
        html_opening=f'<!doctype html><html lang="{words.language}"><meta charset="utf-8"><body>',
        html=encoded(f"{html}</body></html>\r\n") if html else b"",
        mark=REPLY_MARK if message.takes_replies else "",
        file=file_part(words) if words.file else b"",
    )


def file_part(words: MessageText) -> bytes:
    """The file as a part of a mail; its name was checked when the message was written."""
    with open_blob(words.file) as source:
        content = base64.encodebytes(source.read()).replace(b"\n", CRLF)
    name = one_line(words.file_name).encode()
    return CRLF.join(
        [
            b"Content-Type: " + one_line(words.file.content_type).encode() + b'; name="' + name + b'"',
            b'Content-Disposition: attachment; filename="' + name + b'"',
            b"Content-Transfer-Encoding: base64",
            b"",
            content,
        ]
    )


def common_head(subject: str, *, automatic: str = "generated") -> list[bytes]:
    return [
        b"From: " + mailbox(settings.MAIL_FROM_NAME, settings.DEFAULT_FROM_EMAIL),
        b"Subject: " + header(subject),
        b"Auto-Submitted: auto-" + automatic.encode(),
        b"MIME-Version: 1.0",
    ]


def salutation(rendered: Rendered, delivery: Delivery) -> str:
    """The words by which this person is addressed; "" for mails that greet by themselves."""
    person = delivery.person
    if person is None or not rendered.greeting:
        return ""
    name = (person.name_en if rendered.language == "en" else "") or person.name
    return rendered.greeting % {"name": " ".join(name.split())}


def compose(rendered: Rendered, delivery: Delivery, at: datetime, thread: Thread = NO_THREAD) -> bytes:
    """The whole mail for one person, ready for DATA. Raises HeaderRefused."""
    above = [line for line in (rendered.mark, salutation(rendered, delivery)) if line]
    text = part(b"text/plain", spliceable("\r\n\r\n".join(above), "\r\n\r\n" if above else "") + rendered.text)
    if rendered.html:
        opening = rendered.html_opening + "".join(f"<p>{escape(line)}</p>" for line in above)
        html = part(b"text/html", spliceable(opening, "\r\n") + rendered.html)
        body = multipart(b"alternative", rendered.boundary, text, html)
    else:
        body = text
    if rendered.file:
        body = multipart(b"mixed", b"=file" + rendered.boundary, body, rendered.file)
    return CRLF.join([*head(rendered, delivery, at), *thread.head(), body])


def head(rendered: Rendered, delivery: Delivery, at: datetime) -> list[bytes]:
    person = delivery.person
    return [
        rendered.head,
        b"To: " + mailbox(person.name if person else "", delivery.address),
        b"Date: " + format_datetime(at).encode(),
        b"Message-ID: " + message_id(delivery.pk).encode(),
    ]


def part(kind: bytes, content: bytes) -> bytes:
    return CRLF.join(
        [b"Content-Type: " + kind + b'; charset="utf-8"', b"Content-Transfer-Encoding: base64", b"", content]
    )


def multipart(kind: bytes, boundary: bytes, *parts: bytes) -> bytes:
    lines = [b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"', b""]
    for content in parts:
        lines += [b"--" + boundary, content]
    return CRLF.join([*lines, b"--" + boundary + b"--", b""])
