"""Real helpers for tests across processes: Celery workers on the test database, an SMTP server on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def test_database_url() -> str:
    """The test database as another process reaches it."""
    spec = connection.settings_dict
    host, port = spec["HOST"], spec["PORT"]
    user, password = spec["USER"], spec["PASSWORD"]
    place = f"{user}:{password}@" if password else f"{user}@"
    if str(host).startswith("/"):
        return f"postgresql://{place}/{spec['NAME']}?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{place}{host}{f':{port}' if port else ''}/{spec['NAME']}"


def wait_until(condition: Callable[[], object], *, seconds: float = 60, what: str = "the condition") -> None:
    """Poll until `condition` holds; an AssertionError names `what` when it never does."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{what} did not come about within {seconds} s"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class MailSink:
    """An SMTP server that keeps what it gets: (envelope sender, recipient, message)."""

    mails: list[tuple[str, str, Message]] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        for recipient in envelope.rcpt_tos:
            self.mails.append((envelope.mail_from, recipient, message_from_bytes(envelope.content)))
        return f"250 2.0.0 queued as {len(self.mails)}"

    def to(self, address: str) -> list[Message]:
        return [message for _sender, recipient, message in self.mails if recipient == address]


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    sink = MailSink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=30)
    controller.start()
    yield sink
    controller.stop()


@contextmanager
def celery_worker(*, smtp_port: int, queues: str = "", **extra: str) -> Iterator[subprocess.Popen]:
    """A worker of its own process group on the test database; ended with everything it started."""
    environment = os.environ | {
        "DATABASE_URL": test_database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "SECRET_KEY": settings.SECRET_KEY,
        "BROKER_SOCKET_TIMEOUT": "30",
        **extra,
    }
    command = [sys.executable, "-m", "celery", "-A", "office_portal", "worker", "-c", "2", "-l", "warning"]
    command += ["-Q", queues or settings.WORKER_QUEUES, "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield worker
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
