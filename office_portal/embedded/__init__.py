"""The servers the portal brings along: PostgreSQL and Redis from wheels, started where no URL points at real ones.

Called before the settings are read (manage.py, serve.py, conftest.py). Whoever uses the servers holds a shared lock on
`in-use.lock`; the kernel drops it however the process ends, so no list of process ids can go stale. The last one out
stops the servers.
"""

import atexit
import fcntl
import os
import secrets
from pathlib import Path
from typing import IO

from office_portal.embedded import postgres, redis

ROOT = Path(__file__).resolve().parent.parent.parent


def portal_home() -> Path:
    """Where data, files and embedded servers live: PORTAL_HOME, else `var/` beside manage.py. Created when missing."""
    home = Path(os.environ.get("PORTAL_HOME") or ROOT / "var").resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def ensure_environment() -> None:
    """Set DATABASE_URL, REDIS_URL and SECRET_KEY where they are missing, starting the embedded servers they point at.

    Side effects: files and servers under PORTAL_HOME; the servers stop when the last process that called this ends.
    A SECRET_KEY is made up only beside the embedded database: a portal on a real one must be given its own.
    """
    need_database = not os.environ.get("DATABASE_URL")
    need_redis = not os.environ.get("REDIS_URL")
    if not (need_database or need_redis):
        return
    home = portal_home()
    os.environ["PORTAL_HOME"] = str(home)
    in_use = (home / "in-use.lock").open("w")
    fcntl.flock(in_use, fcntl.LOCK_SH)  # waits while a last one out is still stopping the servers
    atexit.register(_stop_if_last, in_use, home, os.getpid())
    with (home / "start.lock").open("w") as start_lock:
        fcntl.flock(start_lock, fcntl.LOCK_EX)
        if need_database:
            os.environ["DATABASE_URL"] = postgres.ensure_running(home)
            if not os.environ.get("SECRET_KEY"):
                os.environ["SECRET_KEY"] = _kept_secret(home / "secret-key")
        if need_redis:
            os.environ["REDIS_URL"] = redis.ensure_running(home)


def _kept_secret(path: Path) -> str:
    """The random text kept in `path`, written on the first call and readable by its owner only."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60))
    return path.read_text().strip()


def _stop_if_last(in_use: IO[str], home: Path, owner: int) -> None:
    """Stop the servers unless another process still holds the shared lock (`owner` keeps forked children out)."""
    if os.getpid() != owner:
        return
    try:
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    redis.stop(home)
    postgres.stop(home)
