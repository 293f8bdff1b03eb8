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


def queues(name: str) -> list[str]:
    return procfile()[name].partition("--queues ")[2].partition(" ")[0].split(",")


def test_workers_read_every_queue() -> None:
    read = {queue for name in ("worker", "urgent", "evidence") for queue in queues(name)}
    assert read == set(settings.WORKER_QUEUES.split(","))


def test_urgent_has_a_worker_of_its_own_and_evidence_takes_no_senders_place() -> None:
    assert queues("urgent") == ["urgent"]
    assert queues("evidence") == ["evidence", "report"]
    assert not {"evidence", "report"} & set(queues("worker"))


def test_workers_of_one_machine_have_names_of_their_own() -> None:
    assert "--hostname urgent@%h" in procfile()["urgent"]
    assert "--hostname evidence@%h" in procfile()["evidence"]


def test_there_is_one_of_each_process() -> None:
    assert list(procfile()) == ["web", "worker", "urgent", "evidence", "beat"]


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
class TestCompose:
    def config(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker-compose", "config"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def test_is_valid(self) -> None:
        result = self.config(**COMPOSE)

        assert result.returncode == 0, result.stderr
        names = ("web", "worker", "urgent", "evidence", "beat", "postgres", "redis", "mail")
        assert all(f"  {name}:\n" in result.stdout for name in names)

    @pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "PORTAL_URL"])
    def test_has_no_default_for(self, name: str) -> None:
        result = self.config(**{key: value for key, value in COMPOSE.items() if key != name})

        assert result.returncode != 0


def test_lock_file_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
