"""The files that start things agree with the settings and with each other."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "a",
    "POSTGRES_PASSWORD": "b",
    "REDIS_PASSWORD": "c",
    "PORTAL_URL": "https://portal.example.edu.cn",
}


def procfile() -> dict[str, str]:
    return dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


def test_worker_reads_every_queue() -> None:
    assert f"--queues {settings.WORKER_QUEUES} " in procfile()["worker"]


def test_there_is_one_of_each_process() -> None:
    assert list(procfile()) == ["web", "worker", "beat"]


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
class TestCompose:
    def config(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker-compose", "config"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def test_is_valid(self) -> None:
        result = self.config(**COMPOSE)

        assert result.returncode == 0, result.stderr
        assert all(f"  {name}:\n" in result.stdout for name in ("web", "worker", "beat", "postgres", "redis", "mail"))

    @pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "PORTAL_URL"])
    def test_has_no_default_for(self, name: str) -> None:
        result = self.config(**{key: value for key, value in COMPOSE.items() if key != name})

        assert result.returncode != 0


def test_lock_file_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
