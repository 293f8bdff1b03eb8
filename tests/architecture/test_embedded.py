"""The embedded servers: found again, shared, stopped by the last one out, not confused by what a crash left behind."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAY_URLS = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], os.environ['SECRET_KEY'])"
ASK_BOTH = """
import os, psycopg2, redis
with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(cursor.fetchone()[0], redis.Redis.from_url(os.environ["REDIS_URL"]).ping())
"""


def command(script: str) -> list[str]:
    return [sys.executable, "-m", "office_portal.embedded", sys.executable, "-c", script]


def environment(home: Path) -> dict[str, str]:
    """No URLs, no runtime folder, a home that cannot be written."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PORTAL_HOME": str(home)}


def run(home: Path, script: str) -> str:
    result = subprocess.run(
        command(script), cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def servers(home: Path) -> list[psutil.Process]:
    """The postmaster and the Redis of `home` that run now."""
    files = (home / "postgres/postmaster.pid", home / "redis/server.pid")
    numbers = [int(path.read_text().split()[0]) for path in files if path.exists()]
    processes = [psutil.Process(number) for number in numbers if psutil.pid_exists(number)]
    return [process for process in processes if process.name() in ("postgres", "redis-server")]


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path: the one that pytest makes would be too long for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a home"
        path.mkdir()
        yield path
        for process in servers(path):
            process.kill()


def test_starts_both_and_stops_them(home: Path) -> None:
    assert run(home, ASK_BOTH) == "portal True"
    assert servers(home) == []


def test_second_start_has_the_same_secret_and_port(home: Path) -> None:
    assert run(home, SAY_URLS) == run(home, SAY_URLS)
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600


def test_path_too_long_for_a_socket(home: Path) -> None:
    deep = home / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)

    assert run(deep, ASK_BOTH) == "portal True"


def test_stays_up_while_another_uses_it(home: Path) -> None:
    first = subprocess.Popen(
        command("print('up', flush=True); input()"),
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with first:
        assert first.stdout.readline() == b"up\n"
        run(home, ASK_BOTH)
        assert len(servers(home)) == 2
        first.stdin.close()
    assert servers(home) == []


def test_starts_at_once_do_not_race(home: Path) -> None:
    starts = [
        subprocess.Popen(command(ASK_BOTH), cwd=ROOT, env=environment(home), stdout=subprocess.PIPE) for _ in range(3)
    ]

    assert [start.communicate(timeout=120)[0].strip() for start in starts] == [b"portal True"] * 3
    assert servers(home) == []


def test_comes_back_after_everything_was_killed(home: Path) -> None:
    first = subprocess.Popen(
        command("print('up', flush=True); input()"),
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert first.stdout.readline() == b"up\n"
    for process in [*psutil.Process(first.pid).children(recursive=True), psutil.Process(first.pid), *servers(home)]:
        process.kill()
    first.communicate()

    assert run(home, ASK_BOTH) == "portal True"


def test_stale_pid_file_of_a_living_stranger(home: Path) -> None:
    """After a restart of the machine the old process id may belong to any process, also one of the same user."""
    run(home, ASK_BOTH)
    stranger = os.getpid()
    data = home / "postgres"
    started = int(time.time())
    (data / "postmaster.pid").write_text(f"{stranger}\n{data}\n{started}\n5432\n{home}/run\n\n\nready\n")
    (home / "run/.s.PGSQL.5432.lock").write_text(f"{stranger}\n{data}\n{started}\n5432\n{home}/run\n")

    assert run(home, ASK_BOTH) == "portal True"


def test_redis_port_taken_by_another_server(home: Path, silent_port: int) -> None:
    run(home, ASK_BOTH)
    (home / "redis/port").write_text(str(silent_port))

    assert run(home, ASK_BOTH) == "portal True"
    assert (home / "redis/port").read_text() != str(silent_port)
