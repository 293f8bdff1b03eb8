"""What script/run starts once the packages are there: servers, migrations, demo data, the processes of the Procfile."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from honcho import manager as honcho_manager
from honcho.environ import parse_procfile
from honcho.printer import Printer

from office_portal import embedded

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_FINISH = 15  # a worker in the middle of a batch of mails may end it
SECONDS_TO_GREEN = 300


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(serve())
    except KeyboardInterrupt:
        sys.exit(130)


def serve() -> int:
    """Run until Ctrl-C, SIGTERM or the end of any process; returns the exit code."""
    port = _own_port()
    os.environ.setdefault("PORTAL_URL", f"http://localhost:{port}")
    os.environ["PORTAL_HOME"] = str(embedded.portal_home())
    home = Path(os.environ["PORTAL_HOME"])
    embedded.ensure_environment()
    processes = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
    if not os.environ.get("EMAIL_URL"):
        processes["mail"] = _mail_sink(home)
    _prepare(home)
    threading.Thread(target=_announce_when_green, args=(port, home), daemon=True).start()
    return _run_all(processes)


def _own_port() -> int:
    """PORT, checked to be free: a clear line now is better than a web process that stops later."""
    port = int(os.environ.setdefault("PORT", "8000"))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST", "127.0.0.1"), port))
        except OSError as error:
            sys.exit(f"Office Portal cannot start: port {port} cannot be used ({error.strerror}). Set PORT to another.")
    return port


def _mail_sink(home: Path) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    return f'python -m office_portal.mail_sink {port} "{home}/mail"'


def _prepare(home: Path) -> None:
    """Migrations, static files, demo data on the first start: in a process of its own, whose memory goes with it."""
    result = subprocess.run([sys.executable, "-m", "office_portal.prepare"], cwd=ROOT, check=False)
    if result.returncode:
        sys.exit(result.returncode)
    metrics = home / "metrics"  # counters of ended processes would be added up for ever
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    os.environ["PORTAL_STARTED_AT"] = datetime.now(UTC).isoformat()


def _run_all(processes: dict[str, str]) -> int:
    honcho_manager.KILL_WAIT = SECONDS_TO_FINISH
    manager = honcho_manager.Manager(Printer(sys.stdout))
    for name, command in processes.items():
        manager.add_process(name, command, cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)


def _announce_when_green(port: int, home: Path) -> None:
    """Wait for /healthz and say where the portal is and who can sign in."""
    until = time.monotonic() + SECONDS_TO_GREEN
    status, health = 0, {}
    while time.monotonic() < until:
        status, health = _health(port)
        if status == 200:
            print(_welcome(home), flush=True)
            return
        time.sleep(0.5)
    print(f"\nOffice Portal is not healthy after {SECONDS_TO_GREEN} seconds: {json.dumps(health)}\n", flush=True)


def _health(port: int) -> tuple[int, dict[str, object]]:
    host = os.environ.get("HOST", "127.0.0.1")
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (read, not bound)
    name = urlsplit(os.environ["PORTAL_URL"]).hostname or "localhost"
    request = urllib.request.Request(f"http://{host}:{port}/healthz", headers={"Host": name})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        body = error.read()
        return error.code, json.loads(body) if body.startswith(b"{") else {}
    except OSError:
        return 0, {}


def _welcome(home: Path) -> str:
    lines = ["", "=" * 78, f"Office Portal is ready: {os.environ['PORTAL_URL']}"]
    sign_ins = home / "demo-sign-ins.txt"
    if sign_ins.exists():
        lines += ["Demo sign-ins:", *(f"  {line}" for line in sign_ins.read_text().splitlines())]
    if (home / "mail").exists():
        lines.append(f"Mails are kept, not sent: {home / 'mail'}")
    return "\n".join([*lines, "Ctrl-C stops everything.", "=" * 78, ""])


if __name__ == "__main__":
    main()
