"""200 MB sent to a real server: a clear page, nothing kept, and the server lives on."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from apps.journal.models import Attachment
from tests import factories
from tests.processes import free_port
from tests.processes import test_database_url as database_url

ROOT = Path(__file__).resolve().parents[2]
PIECE = b"x" * 2**20
BOUNDARY = "portal-boundary"


@pytest.fixture
def server(transactional_db):
    """granian on a free port, on the database of this test."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    environment = {**os.environ, "DATABASE_URL": database_url(), "PORTAL_DEBUG": "1"}
    process = subprocess.Popen(
        [*command, "--log-level", "error", "office_portal.wsgi:application"], cwd=ROOT, env=environment
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield port
    process.terminate()
    process.wait(timeout=20)


def send(
    port: int, path: str, fields: list[tuple[str, str]], *, megabytes: int, file_first: bool, cookie: str
) -> tuple[int, str]:
    """Post a large file between form fields, piece by piece, as a browser does."""
    rows = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ).encode()
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="papers"; filename="big.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    before, after = (head, b"\r\n" + rows) if file_first else (rows + head, b"\r\n")
    end = f"--{BOUNDARY}--\r\n".encode()
    sender = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    sender.putrequest("POST", path)
    sender.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    sender.putheader("Content-Length", str(len(before) + megabytes * len(PIECE) + len(after) + len(end)))
    sender.putheader("Cookie", cookie)
    sender.endheaders()
    sender.send(before)
    for _piece in range(megabytes):
        sender.send(PIECE)
    sender.send(after + end)
    answer = sender.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.slow
def test_200_megabytes_end_in_a_clear_page(server):
    browser = Client()
    browser.force_login(factories.administrator())
    key = "k" * 32
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}; csrf={key}"
    fields = [("csrfmiddlewaretoken", key), ("code", "big")]
    found = {
        "key first": send(server, "/forms/new", fields, megabytes=200, file_first=False, cookie=cookie),
        "file first": send(server, "/forms/new", fields, megabytes=40, file_first=True, cookie=cookie),
        "at once": send(
            server, "/files/upload", [*fields, ("field", "papers")], megabytes=40, file_first=False, cookie=cookie
        ),
    }
    assert {name: status for name, (status, _page) in found.items()} == {
        "key first": 413,
        "file first": 413,
        "at once": 200,
    }
    assert "25" in found["key first"][1]
    assert 'role="alert"' in found["at once"][1]
    assert not Attachment.objects.exists()
    sender = http.client.HTTPConnection("127.0.0.1", server, timeout=60)
    sender.request("GET", "/forms/", headers={"Cookie": cookie})
    assert sender.getresponse().status == 200
