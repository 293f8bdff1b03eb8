"""Each process of a parallel test run has a Redis database of its own: its workers take no other run's work.

Loaded with `-p` (pyproject.toml), because the settings are read before any conftest.
"""

import os
from urllib.parse import urlsplit

DATABASES = 16  # what a Redis server has unless told otherwise


def number_of(worker: str) -> int:
    """0 for a run in one process, else 1 and up: gw0 → 1."""
    return int(worker.removeprefix("gw")) + 1 if worker else 0


def take_own_database() -> None:
    number = number_of(os.environ.get("PYTEST_XDIST_WORKER", ""))
    if number >= DATABASES:
        raise RuntimeError(f"at most {DATABASES - 1} processes: Redis has {DATABASES} databases")
    if number:
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()


take_own_database()
