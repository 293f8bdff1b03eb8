"""Settings of programs that look into files: the virus scanner, OCR (docs/operating.md lists them)."""

import re
import shlex
import shutil
import sys
from urllib.parse import SplitResult, urlsplit

from environs import Env, EnvError

__all__ = ["CLAMD_TIMEOUT_SECONDS", "CLAMD_URL", "OCR_COMMAND", "OCR_LANGUAGES"]
env = Env()


def scanner_address(name: str) -> str:
    """unix:///run/clamav/clamd.ctl or tcp://host:3310; empty where there is no scanner."""
    text = env.str(name, "").strip()
    parts = urlsplit(text)
    is_socket = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    if text and not is_socket and not is_host(parts):
        raise ValueError(f"{name} is unix:///path/of/socket or tcp://host:port")
    return text


def is_host(parts: SplitResult) -> bool:
    try:
        return parts.scheme == "tcp" and bool(parts.hostname and parts.port) and not parts.path.strip("/")
    except ValueError:  # the port is no number
        return False


def program(name: str) -> list[str]:
    """A command with its arguments; empty where there is none."""
    words = shlex.split(env.str(name, ""))
    if words and not shutil.which(words[0]):
        raise ValueError(f"{name} names a program that is not there: {words[0]}")
    return words


try:
    CLAMD_URL = scanner_address("CLAMD_URL")
    CLAMD_TIMEOUT_SECONDS = env.float("CLAMD_TIMEOUT_SECONDS", 120)  # for each answer; clamd's own MaxScanTime is this
    if not 1 <= CLAMD_TIMEOUT_SECONDS <= 240:
        raise ValueError("CLAMD_TIMEOUT_SECONDS is from 1 to 240")
    OCR_COMMAND = program("OCR_COMMAND")
    OCR_LANGUAGES = env.str("OCR_LANGUAGES", "chi_tra+chi_sim+eng")
    if not re.fullmatch(r"\w+(\+\w+)*", OCR_LANGUAGES):
        raise ValueError("OCR_LANGUAGES is like chi_tra+chi_sim+eng")
except (EnvError, ValueError) as error:
    sys.exit(f"Office Portal cannot start: {error}")
