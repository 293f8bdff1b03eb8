"""One call to one pinned address. No redirect is followed, no proxy asked, no answer read to its end."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from apps.interfaces.hooks.addresses import Target

READ_BYTES = 2048
AGENT = "office-portal-webhook/1"


@dataclass(frozen=True)
class Answer:
    """What came back. No status: nothing that can be read, `words` say why."""

    status: int | None
    words: str
    millis: int
    wait: int = 0

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Pinned(http.client.HTTPConnection):
    """Goes to the address that was looked up and judged; the name is for the certificate and the Host line."""

    def __init__(self, target: Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self.target, self.was_cut = target, False

    def connect(self) -> None:
        made = socket.create_connection((self.target.address, self.port), self.timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.scheme == "https":
            made = trusted().wrap_socket(made, server_hostname=self.target.host)
        self.sock = made


def trusted() -> ssl.SSLContext:
    """Certificates that are believed: the system's, or the campus's own (WEBHOOK_CA_FILE)."""
    context = ssl.create_default_context(cafile=settings.WEBHOOK_CA_FILE or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def call(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST `body`. The whole call ends after WEBHOOK_SECONDS, however slowly the other side drips."""
    began = time.monotonic()
    line = Pinned(target, settings.WEBHOOK_SECONDS)
    watch = threading.Timer(settings.WEBHOOK_SECONDS, cut, [line])
    watch.daemon = True
    watch.start()
    try:
        line.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": target.authority, "User-Agent": AGENT, "Content-Type": "application/json"}
        for name, value in (sent | {"Content-Length": str(len(body))} | dict(headers)).items():
            line.putheader(name, value)
        line.endheaders(body)
        answer = line.getresponse()
        words = answer.read(READ_BYTES).decode("utf-8", "replace")
        wait = answer.getheader("Retry-After", "")
        if line.was_cut:  # what came until then may look like an answer
            raise TimeoutError(f"not at an end after {settings.WEBHOOK_SECONDS:g} seconds")
        return Answer(answer.status, tidy(words), spent(began), int(wait) if wait.isdecimal() and len(wait) < 6 else 0)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, tidy(f"{type(error).__name__}: {error}"), spent(began))
    finally:
        watch.cancel()
        line.close()


def cut(line: Pinned) -> None:
    """End a call that takes too long; who waits on it gets an error."""
    line.was_cut, made = True, line.sock
    if made is not None:
        try:
            made.shutdown(socket.SHUT_RDWR)
        except OSError:
            made.close()


def spent(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def tidy(text: str) -> str:
    """One line that a page can show."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:500].strip()
