"""PostgreSQL stops without a last word in mid planning and mid sending: the workers go on where it left them.

The server is the test's own: what it had not written to disk when it stopped must be gone, as after a power cut, so it
runs with the usual care for the disk.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from apps.delivery.tokens import message_id
from office_portal.embedded import postgres
from tests.kill.harness import FULL, ROOT, Office

pytestmark = [pytest.mark.kill, pytest.mark.slow]
PEOPLE, CRASHES = (10_000, 6) if FULL else (1_200, 2)
SWEEPS = ("notices.sweep", "delivery.sweep")
LINES = "SELECT count(*) FROM notices_obligation"
PLANNED = "SELECT count(*) FROM delivery_delivery WHERE channel = 'mail'"
SENT = "SELECT count(*) FROM delivery_delivery WHERE channel = 'mail' AND state = 'handed_off'"


class OwnPostgres:
    """The embedded server in a folder of its own, with one migrated database to copy."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = self.model = postgres.ensure_running(home)
        environment = {**os.environ, "DATABASE_URL": self.model, "SECRET_KEY": settings.SECRET_KEY}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)

    def take_copy(self, name: str) -> None:
        connection = psycopg2.connect(self.model.replace(f"/{postgres.DATABASE}", "/postgres"))
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {postgres.DATABASE}")
        connection.close()
        self.url = self.model.replace(f"/{postgres.DATABASE}", f"/{name}")

    def crash(self) -> None:
        """Every session is cut and nothing is tidied up; the next start recovers from the log."""
        postgres._run("pg_ctl", "-D", str(self.home / "postgres"), "-w", "-m", "immediate", "stop")

    def start(self) -> None:
        postgres.ensure_running(self.home)

    def ask(self, question: str) -> list[tuple]:
        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall()
        finally:
            connection.close()

    def count(self, question: str) -> int:
        return self.ask(question)[0][0]


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    home = Path(tempfile.mkdtemp(prefix="portal-kill-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("EMBEDDED_POSTGRES_OPTIONS", raising=False)  # they may give up what was committed last
        yield OwnPostgres(home)
        postgres.stop(home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def database(server: OwnPostgres, request: pytest.FixtureRequest) -> OwnPostgres:
    server.take_copy(request.node.name[-50:])
    return server


@pytest.fixture
def office(database: OwnPostgres, tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, database=database.url)
    assert made.run("tests.kill.college", str(PEOPLE)).wait() == 0
    yield made
    made.close()


def crash(database: OwnPostgres, office: Office, seconds: float = 2) -> None:
    """Away for a while in which beat goes on asking."""
    database.crash()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        office.ask_for_sweep(*SWEEPS)
        time.sleep(0.5)
    database.start()


def test_everybody_gets_the_mail_though_the_database_crashes(database: OwnPostgres, office: Office) -> None:
    office.start_worker()
    office.wait_while_sweeping(lambda: database.count(PLANNED) > 0, "the first mails planned", *SWEEPS)
    crash(database, office)
    for number in range(1, CRASHES + 1):
        enough = PEOPLE * number // (CRASHES + 2)
        office.wait_while_sweeping(
            lambda enough=enough: database.count(SENT) >= enough, f"{enough} mails sent", *SWEEPS
        )
        assert database.count(SENT) < PEOPLE
        crash(database, office)
    office.wait_while_sweeping(lambda: database.count(SENT) == PEOPLE, "all mails sent", *SWEEPS)

    assert database.count(LINES) == database.count("SELECT count(DISTINCT person_id) FROM notices_obligation") == PEOPLE
    assert database.count(PLANNED) == PEOPLE
    check_sink(database, office)
    assert office.worker.poll() is None, "the worker is the one that was started at first"


def check_sink(database: OwnPostgres, office: Office) -> None:
    """Everybody has the mail; twice only where the portal shows it as uncertain, and at most one for each crash."""
    rows = {
        address: pk for pk, address in database.ask("SELECT id, address FROM delivery_delivery WHERE address <> ''")
    }
    lines = [line.split() for line in office.taken.read_text().splitlines()]
    times = Counter(recipient for recipient, _identity, _sender in lines)
    uncertain = database.ask(
        "SELECT address FROM delivery_delivery d JOIN delivery_evidence e ON e.delivery_id = d.id"
        " WHERE e.kind = 'uncertain'"
    )

    assert [line for line in lines if line[1] != message_id(rows[line[0]])] == []
    assert len(times) == PEOPLE
    assert {address for address, count in times.items() if count > 1} <= {address for (address,) in uncertain}
    assert len(lines) - PEOPLE <= CRASHES + 1


def test_database_that_crashes_while_the_lines_are_made(database: OwnPostgres, office: Office) -> None:
    """In the middle of the statement that gives everybody the line in the inbox: held up by a lock, so that it is."""
    holder = psycopg2.connect(database.url)
    holder.cursor().execute("LOCK TABLE notices_obligation IN SHARE MODE")
    office.start_worker()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%obligation%%'"
    office.wait_while_sweeping(lambda: database.count(waiting) > 0, "a worker in mid statement", *SWEEPS)
    database.crash()
    holder.close()
    database.start()
    office.wait_while_sweeping(lambda: database.count(SENT) == PEOPLE, "all mails sent", *SWEEPS)

    assert database.count(LINES) == PEOPLE
    check_sink(database, office)
