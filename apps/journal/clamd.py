"""Ask clamd, the daemon of ClamAV, about bytes: its INSTREAM and VERSION commands over a socket (man clamd)."""

import re
import select
import socket
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 2**17
ANSWER_BYTES = 4096
CONNECT_SECONDS = 5.0
VERSION = re.compile(r"^ClamAV [^/]+(?:/(?P<number>\d+)/(?P<made>.+))?$")
FOUND = re.compile(r"^stream: (?P<name>.+) FOUND$")
LIMITS = ("Heuristics.Limits.Exceeded",)  # with AlertExceedsMax: it looked at a part alone


class ScannerAway(Exception):
    """Nobody answers there: nothing is known of any file."""


class ScanFailed(Exception):
    """The scanner is there, but gave no verdict on these bytes."""


class TooLargeToScan(Exception):
    """More bytes, or deeper packed, than the scanner takes."""


@dataclass(frozen=True)
class Version:
    """What the scanner says of itself; without downloaded signatures it does not say how old they are."""

    words: str
    made_at: datetime | None

    def age_in_days(self, at: datetime) -> float | None:
        return round((at - self.made_at).total_seconds() / 86_400, 1) if self.made_at else None


def version(*, seconds: float = CONNECT_SECONDS) -> Version:
    """Raises ScannerAway."""
    with _connected(seconds) as line:
        try:
            line.sendall(b"zVERSION\0")
            words = _answer(line)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error
    said = VERSION.match(words)
    if not said:
        raise ScannerAway("no ClamAV")
    return Version(words[:100], _moment(said["made"] or ""))


def _moment(text: str) -> datetime | None:
    """`Wed Nov 25 09:12:00 2026`, without a zone: hours do not matter, days do."""
    try:
        return datetime.strptime(text.strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def scan(content: BinaryIO) -> str:
    """The name of what was found; "" for nothing. Raises ScannerAway, ScanFailed, TooLargeToScan."""
    with _connected(settings.CLAMD_TIMEOUT_SECONDS) as line:
        try:
            _send(line, content)
            words = _answer(line)
        except OSError as error:
            raise ScanFailed(type(error).__name__) from error
    return _verdict(words)


def _verdict(words: str) -> str:
    found = FOUND.match(words)
    if words == "stream: OK":
        return ""
    if "size limit exceeded" in words or (found and found["name"].startswith(LIMITS)):
        raise TooLargeToScan(words[:100])
    if not found:
        raise ScanFailed(words[:100] or "no answer")
    return found["name"][:200]


def _connected(seconds: float) -> socket.socket:
    parts = urlsplit(settings.CLAMD_URL)
    limit = min(seconds, CONNECT_SECONDS)
    try:
        if parts.scheme == "tcp":
            line = socket.create_connection((parts.hostname, parts.port), timeout=limit)
        else:
            line = _on_path(parts.path, limit)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    line.settimeout(seconds)
    return line


def _on_path(path: str, seconds: float) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(seconds)
    try:
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, content: BinaryIO) -> None:
    """Stops where the scanner answers before the end: it has had enough, and its answer says why."""
    answered = select.poll()
    answered.register(line, select.POLLIN)
    try:
        line.sendall(b"zINSTREAM\0")
        while chunk := content.read(CHUNK):
            if answered.poll(0):
                return
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < ANSWER_BYTES and (part := line.recv(ANSWER_BYTES)):
        said += part
    return said.split(b"\0")[0].decode("utf8", "replace").strip()
