"""Starts the reader on one file, and stops it and whatever it started when it takes too long."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings

from apps.documents.enums import TextState
from apps.journal.zip_checks import ZipRefused, check_office_parts, check_zip

log = structlog.get_logger(__name__)
READER = Path(__file__).with_name("reading.py")
CAP = 200_000  # characters of one file; the page says where a file has more
SECONDS, OCR_SECONDS = 60, 270  # less than a job may run
PASSED_ON = ("PATH", "LANG", "TESSDATA_PREFIX", "TMPDIR")


@dataclass(frozen=True)
class Found:
    """What was found in a file. `how`: by which way, or why not."""

    state: TextState
    text: str = ""
    how: str = ""
    is_cut: bool = False


def read_words(content: bytes, kind: str) -> Found:
    """The words of a file of this kind (an extension), never more than CAP characters. Never raises."""
    if content.startswith(b"PK"):
        try:
            check_office_parts(check_zip(content))
        except ZipRefused:
            return Found(TextState.FAILED, how="refused")
    said = run_reader(content, kind, ocr_command())
    if said is None:
        return Found(TextState.FAILED, how="broken off")
    if said["how"] == "locked":
        return Found(TextState.FAILED, how="locked")
    state = TextState.READ if said["text"] else TextState.NONE
    return Found(state, said["text"], said["how"], said["cut"])


def ocr_command() -> list[str]:
    """The program and its arguments after the picture; empty while none is set."""
    return [*settings.OCR_COMMAND, "-l", settings.OCR_LANGUAGES] if settings.OCR_COMMAND else []


def run_reader(content: bytes, kind: str, ocr: list[str]) -> dict[str, object] | None:
    """What the reader says; None when it broke off or took too long."""
    command = [sys.executable, "-I", str(READER), kind, str(CAP), *ocr]
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"OMP_THREAD_LIMIT": "1"}
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        said, complaint = child.communicate(content, timeout=OCR_SECONDS if ocr else SECONDS)
        if not child.returncode:
            return json.loads(said)
        log.warning(
            "file_unreadable", kind=kind, code=child.returncode, said=complaint[-300:].decode("utf8", "replace")
        )
    except (subprocess.TimeoutExpired, ValueError) as error:
        log.warning("file_unreadable", kind=kind, error=type(error).__name__)
    finally:
        stop(child)
    return None


def stop(child: subprocess.Popen[bytes]) -> None:
    """The reader and the OCR program that it may have started; nothing when it ended by itself."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
