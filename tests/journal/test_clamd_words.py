"""What the scanner's answers mean; the scanner itself is asked in test_real_clamd."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.journal import clamd
from tests.journal.scanner import ScriptedScanner


@pytest.fixture
def scanner(tmp_path: Path, settings: LazySettings) -> Iterator[ScriptedScanner]:
    with ScriptedScanner(tmp_path / "s") as running:
        settings.CLAMD_URL = running.url
        settings.CLAMD_TIMEOUT_SECONDS = 1.0
        yield running


def test_clean_and_found(scanner: ScriptedScanner, tmp_path: Path) -> None:
    scanner.says = b"stream: OK\0"
    assert scan(tmp_path) == ""
    scanner.says = b"stream: Eicar-Signature FOUND\0"
    assert scan(tmp_path) == "Eicar-Signature"
    assert scanner.got == b"hello" * 100_000


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"INSTREAM size limit exceeded. ERROR\0", clamd.TooLargeToScan),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", clamd.TooLargeToScan),
        (b"stream: Can't allocate memory ERROR\0", clamd.ScanFailed),
        (b"", clamd.ScanFailed),
        (b"stream: OK but no", clamd.ScanFailed),
    ],
)
def test_no_verdict_is_never_clean(
    scanner: ScriptedScanner, tmp_path: Path, said: bytes, error: type[Exception]
) -> None:
    scanner.says = said
    with pytest.raises(error):
        scan(tmp_path)


def test_silent_scanner_is_given_up(scanner: ScriptedScanner, tmp_path: Path) -> None:
    scanner.says = None
    with pytest.raises(clamd.ScanFailed):
        scan(tmp_path)


def test_answer_before_the_end_is_heard(scanner: ScriptedScanner, tmp_path: Path) -> None:
    scanner.stops_after = 200_000
    scanner.says = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(clamd.TooLargeToScan):
        scan(tmp_path, b"x" * 4_000_000)


def test_nobody_there(settings: LazySettings, tmp_path: Path) -> None:
    settings.CLAMD_URL = f"unix://{tmp_path}/none"
    with pytest.raises(clamd.ScannerAway):
        scan(tmp_path)
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    with pytest.raises(clamd.ScannerAway):
        clamd.version()


def test_version_and_age(scanner: ScriptedScanner) -> None:
    scanner.version = b"ClamAV 1.4.3/27456/Wed Nov 25 09:12:00 2026\0"
    found = clamd.version()
    assert found.words == "ClamAV 1.4.3/27456/Wed Nov 25 09:12:00 2026"
    assert found.age_in_days(datetime(2026, 11, 27, 21, 12, tzinfo=UTC)) == 2.5
    scanner.version = b"ClamAV 1.4.3\0"
    assert clamd.version().age_in_days(datetime(2026, 11, 27, tzinfo=UTC)) is None


def test_another_server_is_no_scanner(scanner: ScriptedScanner) -> None:
    scanner.version = b"220 mail.example ESMTP\0"
    with pytest.raises(clamd.ScannerAway):
        clamd.version()


def test_over_tcp(settings: LazySettings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread = threading.Thread(target=answer_once, args=(server,), daemon=True)
        thread.start()
        assert clamd.version().words == "ClamAV 1.4.6"
        thread.join(timeout=10)


def answer_once(server: socket.socket) -> None:
    line, _address = server.accept()
    with line:
        line.recv(100)
        line.sendall(b"ClamAV 1.4.6\0")


def scan(folder: Path, data: bytes = b"hello" * 100_000) -> str:
    path = folder / "file"
    path.write_bytes(data)
    with path.open("rb") as content:
        return clamd.scan(content)
