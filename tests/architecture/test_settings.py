"""A wrong setting stops the start with one line that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DATABASE_URL": "postgresql://portal@db.invalid/portal",
    "REDIS_URL": "redis://queue.invalid/0",
    "SECRET_KEY": "long enough for a test and never used elsewhere",
    "PORTAL_URL": "https://portal.example.edu.cn",
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process whose environment is GOOD with `changes`; None takes a name away."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "-c", "import office_portal.settings"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_good_settings_start() -> None:
    assert start().returncode == 0


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_missing_secret_stops_with_one_line(name: str) -> None:
    result = start(**{name: None})

    assert result.returncode != 0
    assert result.stderr.count("\n") == 1, result.stderr
    assert f"set {name}" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_DEBUG", "maybe"),
        ("TRUSTED_PROXY_COUNT", "some"),
        ("STATEMENT_TIMEOUT_MS", "soon"),
        ("SESSION_IDLE_MINUTES", "long"),
        ("DATABASE_URL", "nonsense"),
        ("CLAMD_URL", "clamd.ctl"),
        ("CLAMD_URL", "tcp://scanner"),
        ("CLAMD_URL", "tcp://scanner:many"),
        ("CLAMD_TIMEOUT_SECONDS", "0"),
    ],
)
def test_bad_value_stops_with_one_line(name: str, value: str) -> None:
    result = start(**{name: value})

    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    assert name in result.stderr
