"""One at a time at the same bytes."""

from django.db import connection


def lock_bytes(sha256: str, *, wait: bool = True) -> bool:
    """One writer or remover of these bytes at a time, until the transaction ends."""
    name = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [int(sha256[:15], 16)])
        return cursor.fetchone()[0] is not False
