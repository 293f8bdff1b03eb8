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


class _Stopped(Exception):
    """The talk about one mail ended early with this answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.line)


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

    def send(self, *, sender: str, recipient: str, envelope_id: str, content: bytes) -> Answer:
        """Hand one mail over. Raises RelayAway; every other course gives an Answer."""
        server = self._ready_for_mail(sender, recipient, envelope_id)
        try:
            self._recipient(server, recipient)
            self._begin_data(server)
        except _Stopped as stopped:
            return stopped.answer
        return self._content(server, content)

    def _ready_for_mail(self, sender: str, recipient: str, envelope_id: str) -> smtplib.SMTP:
        """After MAIL FROM. A connection that went stale meanwhile is opened once more."""
        for fresh in (self.connection is None, True):
            server = self.connection or self._connect()
            options = ["SMTPUTF8"] if not recipient.isascii() and server.has_extn("smtputf8") else []
            if server.has_extn("dsn"):
                options += ["RET=HDRS", f"ENVID={envelope_id}"]
            try:
                code, text = server.mail(sender, options)
            except (OSError, smtplib.SMTPException) as error:
                code, text = 0, type(error).__name__.encode()
            if code == 250:
                return server
            self._drop()
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

    def _recipient(self, server: smtplib.SMTP, recipient: str) -> None:
        options = [WANT_RECEIPTS, f"ORCPT=rfc822;{_xtext(recipient)}"] if server.has_extn("dsn") else []
        try:
            code, text = server.rcpt(recipient, options)
        except UnicodeEncodeError:
            server.rset()
            text = b"5.6.7 the server does not take addresses in other scripts"
            raise _Stopped(_answer(Fate.REFUSED, 553, text, "RCPT")) from None
        except (OSError, smtplib.SMTPException) as error:
            self._stop(0, type(error).__name__.encode(), "RCPT")
        if code not in (250, 251):
            self._stop(code, text, "RCPT")

    def _begin_data(self, server: smtplib.SMTP) -> None:
        try:
            code, text = server.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            self._stop(0, type(error).__name__.encode(), "DATA")
        if code != 354:
            self._stop(code, text, "DATA")

    def _content(self, server: smtplib.SMTP, content: bytes) -> Answer:
        """From here on a broken line proves nothing: the server may have taken the mail."""
        try:
            server.send(LINE_START_DOT.sub(b"..", content) + b"\r\n.\r\n")
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return _answer(Fate.BROKEN, 0, type(error).__name__.encode(), "content")
        if code == CLOSING:
            self._drop()
        return _answer(_fate(code), code, text, "content")

    def _stop(self, code: int, text: bytes, step: str) -> None:
        """End the talk about this mail and leave the connection ready for the next, or closed."""
        if code in (0, CLOSING):
            self._drop()
        else:
            try:
                self.connection.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        raise _Stopped(_answer(_fate(code), code, text, step))

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


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
