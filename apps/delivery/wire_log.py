"""What a sender knows and the database does not yet: which mails of its window it began, and what was answered.

The database says "on the wire" for a whole window of mails before the first of them leaves; the answers are committed
with the next window. Between the two this file on the sender's own disk has one line before and one after each mail. It
outlives a killed process, because the kernel keeps what was written, so that of a window only the one mail that was
under way is uncertain. It is no truth: where it is missing, the whole window is uncertain (`recovery.py`).
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import structlog
from django.conf import settings

from apps.delivery.outcomes import Told
from apps.delivery.smtp import Answer, Fate

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
log = structlog.get_logger(__name__)


def folder() -> Path:
    return Path(settings.SENDING_ROOT)


def boot() -> str:
    """Names the running kernel; "" where it does not say. What was written under another one may not be whole."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


class WireLog:
    """The log of one batch; its lock says that the sender lives. Removed when all is committed, left when it is not.

    A disk that takes no more ends the log, not the sending: without it a killed sender leaves more uncertain mails.
    """

    def __enter__(self) -> Self:
        self.path = folder() / f"{uuid4().hex}.new"
        self.file = -1
        try:
            folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(self.file, fcntl.LOCK_EX)
            self.path = self.path.rename(self.path.with_suffix(".log"))  # from here on it is looked at
        except OSError as error:
            self.give_up(error)
        self.write("boot", boot())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.remove()
        self.close()

    def window(self, ids: Sequence[int], *, at: datetime, lease: datetime) -> None:
        """These rows are about to be committed as on the wire since `at`, under the claim `lease`."""
        self.write("window", list(ids), at.isoformat(), lease.isoformat())

    def begins(self, delivery_id: int) -> None:
        self.write("begins", delivery_id)

    def told(self, told: Told) -> None:
        answer = told.answer
        said = [answer.fate.value, answer.code, answer.text, answer.step]
        self.write("told", told.row.pk, told.row.attempts, told.at.isoformat(), *said)

    def write(self, *values: object) -> None:
        if self.file < 0:
            return
        line = json.dumps(values, ensure_ascii=False).encode() + b"\n"
        try:
            if os.write(self.file, line) < len(line):
                raise OSError("the disk took only a part")
        except OSError as error:
            self.give_up(error)

    def give_up(self, error: OSError) -> None:
        """No log is better than one with holes: it would say of a mail that it was never begun."""
        log.warning("wire_log_lost", error=type(error).__name__)
        self.remove()
        self.close()

    def remove(self) -> None:
        with suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        if self.file >= 0:
            os.close(self.file)
        self.file = -1


@dataclass
class Line:
    """What was said about one mail."""

    attempts: int
    at: datetime
    answer: Answer


@dataclass
class Window:
    """What a log says of one window. `told` is by delivery; a begun one without an answer was under way."""

    ids: list[int]
    at: datetime
    lease: datetime
    begun: set[int] = field(default_factory=set)
    told: dict[int, Line] = field(default_factory=dict)


@dataclass
class Left:
    """A whole log of a sender that is gone. `is_whole`: written under this kernel, so no line of it is missing."""

    is_whole: bool
    windows: list[Window]


@contextmanager
def of_the_dead() -> Iterator[list[Left]]:
    """The logs whose senders are gone, held for the time of the block and removed at its good end."""
    held: list[tuple[int, Path]] = []
    try:
        for path in sorted(folder().glob("*.log")):
            try:
                file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:  # taken up by somebody else meanwhile, or somebody else's
                continue
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held.append((file, path))
            except BlockingIOError:  # its sender lives
                os.close(file)
        yield [read(path) for _file, path in held]
        for _file, path in held:
            path.unlink(missing_ok=True)
    finally:
        for file, _path in held:
            os.close(file)


def read(path: Path) -> Left:
    left = Left(is_whole=False, windows=[])
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            take_line(left, *json.loads(line))
        except (ValueError, TypeError, IndexError):  # cut off by a disk or a kernel that died
            left.is_whole = False
            break
    return left


def take_line(left: Left, verb: str, *values: Any) -> None:
    if verb == "boot":
        left.is_whole = bool(values[0]) and values[0] == boot()
    elif verb == "window":
        ids, at, lease = values
        left.windows.append(Window(ids, datetime.fromisoformat(at), datetime.fromisoformat(lease)))
    elif verb == "begins":
        left.windows[-1].begun.add(values[0])
    elif verb == "told":
        delivery_id, attempts, at, fate, code, text, step = values
        answer = Answer(Fate(fate), code, text, step)
        left.windows[-1].told[delivery_id] = Line(attempts, datetime.fromisoformat(at), answer)
