"""The clamd of ClamAV on a socket of its own: what it says is what the portal has to understand.

Needs Debian's clamav-daemon; says so and skips without. There is no network here, so its signatures are made by hand:
the one of the harmless EICAR test file and the one of Debian's test program.
"""

import hashlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.clock import now
from apps.journal import clamd, scanning
from apps.journal.enums import ScanState
from apps.journal.files import accept_upload
from apps.journal.models import Attachment, Blob
from tests import factories

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
SAMPLES = Path("/usr/share/clamav-testfiles")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clamd,
    pytest.mark.skipif(not Path(CLAMD).exists(), reason="clamd is not installed"),
]
WAIT = 60.0
# In two parts, so that no scanner of this machine takes this file away.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
SETTINGS = """
LocalSocket {home}/s
Foreground yes
DatabaseDirectory {home}/signatures
TemporaryDirectory {home}
PidFile {home}/pid
LogFile {home}/log
StreamMaxLength 1M
AlertExceedsMax yes
"""


class Daemon:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen | None = None
        (home / "signatures").mkdir()
        hashes = [f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test"]
        program = SAMPLES / "clam.exe"
        if program.exists():
            data = program.read_bytes()
            hashes.append(f"{hashlib.md5(data).hexdigest()}:{len(data)}:Clamav-Test")
        (home / "signatures" / "own.hdb").write_text("\n".join(hashes) + "\n")
        (home / "clamd.conf").write_text(SETTINGS.format(home=home))

    @property
    def url(self) -> str:
        return f"unix://{self.home}/s"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [CLAMD, f"--config-file={self.home}/clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                clamd.version()
                return
            except clamd.ScannerAway:
                time.sleep(0.1)
        log = self.home / "log"
        raise AssertionError(log.read_text() if log.exists() else "clamd wrote no log")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=WAIT)


@pytest.fixture
def daemon(settings: LazySettings) -> Iterator[Daemon]:
    with tempfile.TemporaryDirectory(prefix="clamd-") as home:  # the path of a socket has to be short
        Path(home).chmod(0o755)
        found = Daemon(Path(home))
        settings.CLAMD_URL = found.url
        found.start()
        yield found
        found.kill()


def upload(data: bytes, name: str = "a.txt") -> Attachment:
    return accept_upload(SimpleUploadedFile(name, data), person=factories.student())


def state(file: Attachment) -> tuple[str, str]:
    blob = Blob.objects.get(pk=file.blob_id)
    return blob.scan_state, blob.found


def test_finds_what_it_knows_and_lets_the_rest_pass(daemon: Daemon) -> None:
    bad, good = upload(EICAR), upload(b"good words")
    assert scanning.sweep_scans(now()) == 2
    assert state(bad) == (ScanState.BLOCKED, "Eicar-Test.UNOFFICIAL")
    assert state(good) == (ScanState.CLEAN, "")
    assert clamd.version().words.startswith("ClamAV ")


def test_killed_scanner_means_waiting_until_it_is_back(daemon: Daemon) -> None:
    daemon.kill()
    bad, good = upload(EICAR), upload(b"good words")
    assert scanning.sweep_scans(now()) == 0
    assert (state(bad), state(good)) == ((ScanState.WAITING, ""), (ScanState.WAITING, ""))
    daemon.start()
    assert scanning.sweep_scans(now()) == 2
    assert state(bad)[0] == ScanState.BLOCKED
    assert state(good)[0] == ScanState.CLEAN


def test_more_than_it_takes_is_too_large(daemon: Daemon) -> None:
    file = upload(b"many words " * 400_000)
    assert scanning.sweep_scans(now()) == 1
    assert state(file) == (ScanState.TOO_LARGE, "")


@pytest.mark.skipif(not SAMPLES.exists(), reason="clamav-testfiles is not installed")
@pytest.mark.parametrize("name", ["clam.exe", "clam.zip", "clam.tar.gz", "clam.7z", "clam.mail", "clam.cab"])
def test_looks_into_archives(daemon: Daemon, name: str) -> None:
    with (SAMPLES / name).open("rb") as content:
        assert clamd.scan(content) == "Clamav-Test.UNOFFICIAL"
