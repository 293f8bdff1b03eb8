"""The talk with the next mail server: one recipient a mail, one connection for a batch, and exactly what it answered.

Django's backend is not used: it takes From as envelope sender, asks for no receipts, and does not say whether a line
broke before or after the mail was handed over.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

from django.conf import settings

from apps.delivery.enums import Cause

LINE_START_DOT = re.compile(rb"(?m)^\.")
WANT_RECEIPTS = "NOTIFY=SUCCESS,FAILURE,DELAY"
GO_ON = 354
CLOSING = 421
ANSWER_LENGTH = 300


class RelayAway(Exception):
    """The server cannot be talked to, or wants nothing from us at all. Nothing was handed over; it concerns all
    mails.
    """


class Fate(Enum):
    TAKEN = "taken"
    PUT_OFF = "put off"  # 4xx, or the line broke before the mail itself
    REFUSED = "refused"  # 5xx
    BROKEN = "broken"  # the line broke after the mail and before the answer


@dataclass(frozen=True)
class Answer:
    """What became of one message; `code` is 0 where the server said nothing, `step` the command it answered.

    `cause` and `hard` are set by services that say themselves why they refuse (mail servers say it in words),
    `remote_id` by those that name the message, and `wait` (seconds) by those that say when to come again.
    """

    fate: Fate
    code: int
    text: str
    step: str
    cause: Cause | None = None
    hard: bool = False
    remote_id: str = ""
    wait: int = 0

    @property
    def line(self) -> str:
        return f"{self.step}: {self.code} {self.text}"[:ANSWER_LENGTH]


class Relay:
    """A connection that is opened with the first mail and again when the server closes it."""

    def __init__(self) -> None:
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.connection is not None:
            try:
                self.connection.quit()
            except (OSError, smtplib.SMTPException):
                self.connection.close()

    def begin(self, *, sender: str, recipient: str, envelope_id: str, content: bytes) -> Answer | None:
        """Hand one mail over, all of it: None, and `end` waits for what the server says; an Answer when it went no
        further. Raises RelayAway.

        Where the server takes commands in groups (PIPELINING, RFC 2920) the envelope costs one round trip, not three.
        """
        for fresh in (self.connection is None, True):
            server = self.connection or self._connect()
            if not recipient.isascii() and not server.has_extn("smtputf8"):
                text = b"5.6.7 the server does not take addresses in other scripts"
                return _answer(Fate.REFUSED, 553, text, "RCPT")
            talk = _Talk(server, _envelope(server, sender, recipient, envelope_id))
            code, text = talk.answer_to_next()
            if code == 250:
                return self._recipient(server, talk) or self._data(server, talk) or self._content(server, content)
            self._drop()  # a connection that went stale meanwhile is opened once more
            if fresh:
                break
        raise RelayAway(_answer(Fate.PUT_OFF, code, text, "MAIL").line)

    def _connect(self) -> smtplib.SMTP:
        smtp = settings.SMTP
        make = smtplib.SMTP_SSL if smtp["tls"] else smtplib.SMTP
        server = None
        try:
            server = make(smtp["host"], smtp["port"], timeout=smtp["timeout"])
            if smtp["starttls"]:
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if smtp["user"]:
                server.login(smtp["user"], smtp["password"])
        except (OSError, smtplib.SMTPException) as error:
            if server is not None:
                server.close()
            raise RelayAway(f"connect: {type(error).__name__}") from error
        self.connection = server
        return server

    def _recipient(self, server: smtplib.SMTP, talk: "_Talk") -> Answer | None:
        """What ends this mail, or None to go on."""
        code, text = talk.answer_to_next()
        if code in (250, 251):
            return None
        if code not in (0, CLOSING):
            talk.end()
        return self._stop(server, code, text, "RCPT")

    def _data(self, server: smtplib.SMTP, talk: "_Talk") -> Answer | None:
        code, text = talk.answer_to_next()
        return None if code == GO_ON else self._stop(server, code, text, "DATA")

    def _content(self, server: smtplib.SMTP, content: bytes) -> Answer | None:
        """From here on a broken line proves nothing: the server may have taken the mail."""
        try:
            server.send(LINE_START_DOT.sub(b"..", content) + b"\r\n.\r\n")
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(error)
        return None

    def end(self) -> Answer:
        """What the server says of the mail that `begin` handed over."""
        try:
            code, text = self.connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(error)
        if code == CLOSING:
            self._drop()
        return _answer(_fate(code), code, text, "content")

    def _broken(self, error: Exception) -> Answer:
        self._drop()
        return _answer(Fate.BROKEN, 0, type(error).__name__.encode(), "content")

    def _stop(self, server: smtplib.SMTP, code: int, text: bytes, step: str) -> Answer:
        """End the talk about this mail and leave the connection ready for the next, or closed."""
        try:
            if code in (0, CLOSING):
                self._drop()
            else:
                server.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()
        return _answer(_fate(code), code, text, step)

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class _Talk:
    """The envelope of one mail: MAIL, RCPT and DATA, sent at once where the server allows it, else one by one."""

    def __init__(self, server: smtplib.SMTP, commands: list[bytes]) -> None:
        self.server = server
        self.is_grouped = server.has_extn("pipelining")
        self.unsent = [b"".join(commands), b"", b""] if self.is_grouped else list(commands)

    def answer_to_next(self) -> tuple[int, bytes]:
        """(code, text) of the next command; 0 and the error's name when the line broke."""
        try:
            if command := self.unsent.pop(0):
                self.server.send(command)
            return self.server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return 0, type(error).__name__.encode()

    def end(self) -> None:
        """After a refused recipient: a server that was sent DATA with it and now waits for content gets an empty mail
        (RFC 2920 section 3.1).
        """
        if self.is_grouped and self.answer_to_next()[0] == GO_ON:
            self.unsent = [b".\r\n"]
            self.answer_to_next()


def _envelope(server: smtplib.SMTP, sender: str, recipient: str, envelope_id: str) -> list[bytes]:
    """The three commands of a mail, with what the server offers: receipts (RFC 3461), addresses in other scripts."""
    receipts = server.has_extn("dsn")
    mail, rcpt = f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>"
    if not recipient.isascii():
        mail += " SMTPUTF8"
    if receipts:
        mail += f" RET=HDRS ENVID={envelope_id}"
        rcpt += f" {WANT_RECEIPTS} ORCPT=rfc822;{_xtext(recipient)}"
    return [f"{line}\r\n".encode() for line in (mail, rcpt, "DATA")]


def _fate(code: int) -> Fate:
    if 200 <= code < 300:
        return Fate.TAKEN
    return Fate.REFUSED if code >= 500 else Fate.PUT_OFF


def _answer(fate: Fate, code: int, text: bytes, step: str) -> Answer:
    return Answer(fate, code, " ".join(text.decode("utf-8", "replace").split())[:ANSWER_LENGTH], step)


def _xtext(address: str) -> str:
    """RFC 3461 section 4: "+", "=" and what is not printable ASCII as +XX."""
    return "".join(
        chr(byte) if 33 <= byte <= 126 and byte not in b"+=" else f"+{byte:02X}" for byte in address.encode()
    )
