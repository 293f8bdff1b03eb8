"""Settings of the virus scanner, read from the environment (docs/operating.md lists them)."""

import sys
from urllib.parse import SplitResult, urlsplit

from environs import Env, EnvError

__all__ = ["CLAMD_TIMEOUT_SECONDS", "CLAMD_URL"]
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


try:
    CLAMD_URL = scanner_address("CLAMD_URL")
    CLAMD_TIMEOUT_SECONDS = env.float("CLAMD_TIMEOUT_SECONDS", 120)  # for each answer; clamd's own MaxScanTime is this
    if not 1 <= CLAMD_TIMEOUT_SECONDS <= 240:
        raise ValueError("CLAMD_TIMEOUT_SECONDS is from 1 to 240")
except (EnvError, ValueError) as error:
    sys.exit(f"Office Portal cannot start: {error}")
