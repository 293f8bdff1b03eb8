"""/healthz says what is late and answers even when what it asks about hangs; /metrics is not for strangers."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.core.clock import now
from apps.core.models import Heartbeat
from apps.journal.files import store_bytes
from apps.journal.models import Blob
from tests.journal.scanner import ScriptedScanner

pytestmark = pytest.mark.django_db(transaction=True)  # the checks look from connections of their own


def beat(*names: str, seconds_ago: int = 5) -> None:
    for name in names:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now() - timedelta(seconds=seconds_ago)})


def test_is_green_when_all_is_well(client: Client) -> None:
    beat("worker", "beat")

    answer = client.get("/healthz")

    assert answer.status_code == 200
    body = answer.json()
    seconds = body.pop("seconds")
    assert body == dict.fromkeys(("status", "database", "redis", "worker", "beat", "outbox"), "ok")
    assert 5 <= seconds["worker"] < 60
    assert seconds["outbox_lag"] == 0


def test_is_red_without_a_worker(client: Client) -> None:
    beat("beat")

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert (answer.json()["worker"], answer.json()["beat"]) == ("late", "ok")


def test_is_red_with_an_old_heartbeat(client: Client) -> None:
    beat("worker")
    beat("beat", seconds_ago=200)

    assert client.get("/healthz").json()["beat"] == "late"


def test_heartbeat_from_before_the_start_does_not_count(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    beat("worker", "beat")
    monkeypatch.setenv("PORTAL_STARTED_AT", now().isoformat())

    assert client.get("/healthz").status_code == 503


def test_answers_when_redis_is_away(client: Client, settings: LazySettings) -> None:
    beat("worker", "beat")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert (answer.json()["redis"], answer.json()["database"]) == ("late", "ok")


def test_gives_up_a_redis_that_never_answers(client: Client, settings: LazySettings, silent_port: int) -> None:
    beat("worker", "beat")
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"

    answer = client.get("/healthz")

    assert (answer.json()["redis"], answer.json()["database"]) == ("late", "ok")


def test_has_no_post(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_metrics_are_for_this_machine(client: Client) -> None:
    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert b"django_http_requests_total" in answer.content


@pytest.mark.parametrize("extra", [{"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}])
def test_metrics_are_not_for_strangers(client: Client, extra: dict[str, str]) -> None:
    assert client.get("/metrics", **extra).status_code == 403


@pytest.mark.parametrize(("sent", "status"), [("Bearer the-token", 200), ("Bearer anöther", 403), ("", 403)])
def test_metrics_with_token(client: Client, settings: LazySettings, sent: str, status: int) -> None:
    settings.METRICS_TOKEN = "the-token"

    assert client.get("/metrics", HTTP_AUTHORIZATION=sent, REMOTE_ADDR="203.0.113.9").status_code == status


def test_scanner_is_shown_where_one_is_set_and_turns_nothing_red(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    beat("worker", "beat")
    with ScriptedScanner(tmp_path / "s") as scanner:
        settings.CLAMD_URL = scanner.url
        scanner.version = f"ClamAV 1.4.6/27456/{now() - timedelta(days=2):%a %b %d %H:%M:%S %Y}\0".encode()
        body = client.get("/healthz").json()
        assert (body["scanner"], round(body["signature_days"]), body["seconds"]["files_waiting"]) == ("ok", 2, 0)
        store_bytes(b"waits", content_type="text/plain")
        Blob.objects.update(waiting_since=now() - timedelta(minutes=31))
        assert client.get("/healthz").json()["scanner"] == "late"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["scanner"], answer.json()["signature_days"]) == (200, "late", None)
