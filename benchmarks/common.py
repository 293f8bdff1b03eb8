"""What the benchmarks share: a database of their own, and one way to say a result."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "portal_bench_migrated_"
LOCK = 20261126  # of who makes such a database
sys.path.insert(0, str(ROOT))


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Django on a new, migrated database beside the one of DATABASE_URL (embedded servers if that is not set)."""
    from office_portal import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")
    os.environ.setdefault("SECRET_KEY", "for benchmarks only")
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    os.environ["NOTICE_APPROVAL_FROM"] = "0"  # what is measured is sending
    embedded.ensure_environment()
    admin = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(admin)._replace(path=f"/{name}"))
    import django
    from django.db import connection

    import office_portal.celery  # the nudge after publishing needs the real application  # noqa: F401

    django.setup()
    try:
        _make(admin, name)
        yield
    finally:
        connection.close()
        with _server(admin) as run:
            run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _make(admin: str, name: str) -> None:
    """A migrated database: a copy of one that was migrated by the same migrations, which is made where it is missing.
    Migrating takes a minute, a copy a moment; who comes meanwhile waits.
    """
    from django.core.management import call_command
    from django.db import connection

    template = f"{TEMPLATE}{_migrations()}"
    with _server(admin) as run:
        run(f"SELECT pg_advisory_lock({LOCK})")
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        known = {row for (row,) in run(f"SELECT datname FROM pg_database WHERE datname LIKE '{TEMPLATE}%'")}
        if template in known:
            run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            return
        run(f'CREATE DATABASE "{name}"')
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()
        for old in known:
            run(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        run(f'CREATE DATABASE "{template}" TEMPLATE "{name}"')


def _migrations() -> str:
    """Stands for every migration, ours with what is in them."""
    from django.db.migrations.loader import MigrationLoader

    digest = hashlib.sha256(repr(sorted(MigrationLoader(None).disk_migrations)).encode())
    for path in sorted(ROOT.glob("apps/*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _server(url: str) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
    """Runs statements beside all databases, each in a transaction of its own; locks end with it."""
    import psycopg2

    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    connection.autocommit = True

    def run(sql: str) -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    try:
        yield run
    finally:
        connection.close()


def vacuum(*tables: str) -> None:
    """Statistics and clean pages, so that autovacuum does not choose one of the ways measured to run in."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def line(what: str, *, size: int, seconds: Sequence[float]) -> dict[str, object]:
    """A result: what, size, median and p95 in milliseconds, rate a second."""
    middle, high = median(seconds), sorted(seconds)[min(len(seconds) - 1, int(0.95 * len(seconds)))]
    return {
        "what": what,
        "size": size,
        "median_ms": round(middle * 1000, 1),
        "p95_ms": round(high * 1000, 1),
        "rate": round(size / middle),
    }


def sentence(row: dict[str, object]) -> str:
    """The same for people."""
    words = "  ".join(f"{name} {value}" for name, value in row.items() if name not in ("what", "met"))
    verdict = {True: "  limit met", False: "  LIMIT NOT MET"}.get(row.get("met"), "")
    return f"{row['what']}: {words}{verdict}"
