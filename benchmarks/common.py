"""What the benchmarks share: a database of their own, and one way to say a result."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
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
    _recreate(admin, name)
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(admin)._replace(path=f"/{name}"))
    import django
    from django.core.management import call_command
    from django.db import connection

    import office_portal.celery  # the nudge after publishing needs the real application  # noqa: F401

    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield
    finally:
        connection.close()
        _run(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _recreate(url: str, name: str) -> None:
    _run(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _run(url, f'CREATE DATABASE "{name}"')


def _run(url: str, sql: str) -> None:
    import psycopg2

    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
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
