"""Spreadsheets hold no live formula; logs hold no secret."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
import structlog
from django.urls import reverse
from openpyxl import load_workbook

from apps.delivery.models import MessageText
from apps.people.models import Person
from office_portal.logs import SHARED_PROCESSORS
from tests import factories
from tests.security.world import INVITATION, TOKEN, World, undone

pytestmark = pytest.mark.django_db
LINK, CALL = '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc'!A0"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1+1", LINK, CALL)


def cells(content: bytes) -> list[object]:
    book = load_workbook(io.BytesIO(content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("text", FORMULAS)
def test_every_spreadsheet_keeps_formulas_as_text(world: World, text: str) -> None:
    with undone():
        Person.objects.filter(pk=world.owner.pk).update(name=text, name_en=text)
        world.things["request"].row.__class__.objects.update(title=text)
        world.far.name = {"zh-hant": text, "en": text}
        world.far.save()
        world.things["service"].row.__class__.objects.update(name={"zh-hant": text})
        world.things["batch"].row.rows.update(raw=[text, text], values={"name": text})
        client = world.client("director")
        for name, parameters in (
            ("servicedesk:export", []),
            ("notices:export", [world.things["notice"].row.pk]),
            ("imports:refused", [world.things["batch"].row.pk]),
            ("journal:export", ["services"]),
            ("journal:export", ["certificates"]),
            ("journal:export", ["people"]),
        ):
            answer = client.post(f"{reverse(name, args=parameters)}?chip=all", {"chip": "all", "show": "all"})
            assert answer.status_code == 200, name
            content = b"".join(answer)  # also of an answer that streams
            found = cells(content)
            assert any(text.strip() in str(cell.value) for cell in found), name
            assert [cell.value for cell in found if cell.data_type == "f"] == [], name
            assert b"<f>" not in content


def test_logs_hold_no_secret(world: World, client, log_lines, settings) -> None:
    """Over sign-in (right and wrong), invitation, reset and certificate check."""
    settings.EMAIL_BACKEND = "apps.delivery.backends.OutboxBackend"
    wrong, first = "a wrong secret phrase", "the first secret phrase"
    with undone():
        person = factories.student()
        person.set_password(factories.PASSWORD)
        person.save()
        sign_in = reverse("account_login")
        client.post(sign_in, {"login": person.number, "password": wrong}, REMOTE_ADDR="10.7.0.1")
        client.post(sign_in, {"login": person.number, "password": factories.PASSWORD}, REMOTE_ADDR="10.7.0.1")
        session = client.session.session_key
        stranger = world.client(None)
        stranger.post(reverse("account_reset_password"), {"email": person.email})
        reset = reset_link()
        stranger.get(reset)
        stranger.get(reverse("servicedesk:check", args=[TOKEN]))
        invitation = reverse("people:accept_invitation", args=[INVITATION])
        stranger.get(invitation)
        stranger.post(invitation, {"password": first, "again": first})
    key = reset.rstrip("/").rpartition("/")[2]
    told = log_lines.getvalue()
    assert "request_finished" in told
    secrets = {"wrong": wrong, "right": factories.PASSWORD, "first": first, "session": session}
    secrets |= {"reset": key.partition("-")[2], "check": TOKEN, "invitation": INVITATION}
    assert [name for name, secret in secrets.items() if secret and secret in told] == []


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What stands in the log, as it is written in production."""
    lines, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=structlog.processors.JSONRenderer(), foreign_pre_chain=SHARED_PROCESSORS
        )
    )
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def reset_link() -> str:
    """The path in the newest mail."""
    for text in MessageText.objects.order_by("-pk").values_list("text", flat=True)[:5]:
        found = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", text)
        if found:
            return found[1]
    raise AssertionError("no mail with a link")
