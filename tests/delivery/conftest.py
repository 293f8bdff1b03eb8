"""A mail server on loopback that says what the test wants."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from apps.delivery import quotas
from apps.delivery.channels import accounts, push, web_push
from tests import factories
from tests.delivery.standins.browsers import PushService
from tests.delivery.standins.services import DingTalk, Gateway, Robots, WeCom


@dataclass
class Taken:
    sender: str
    recipient: str
    content: bytes
    mail_options: list[str]
    rcpt_options: list[str]


@dataclass
class Sink:
    """`answers` maps an address to the reply to RCPT, `content_answers` to the reply after DATA; "drop" cuts the
    line.
    """

    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    content_answers: dict[str, str] = field(default_factory=dict)
    offers_dsn: bool = False
    connections: int = 0

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]):
        self.connections += 1
        session.host_name = hostname
        return [*lines[:-1], "250-DSN", lines[-1]] if self.offers_dsn else lines

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):
        answer = self.answers.get(address, "250 OK")
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.content_answers.get(envelope.rcpt_tos[0], f"250 2.0.0 queued as {len(self.taken) + 1}")
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            self.taken.append(
                Taken(
                    envelope.mail_from,
                    envelope.rcpt_tos[0],
                    envelope.original_content,
                    list(envelope.mail_options),
                    list(envelope.rcpt_options),
                )
            )
        return answer

    def mails(self) -> list[Message]:
        return [message_from_bytes(one.content, policy=policy.default) for one in self.taken]


class TolerantSmtp(SMTP):
    """aiosmtpd refuses parameters that it does not know; a server that offers DSN takes them."""

    def _getparams(self, params: object) -> dict[str, object]:
        return {}


class SinkController(Controller):
    def factory(self) -> SMTP:
        return TolerantSmtp(self.handler, enable_SMTPUTF8=True, timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    handler = Sink()
    port = free_port()
    controller = SinkController(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP = {**settings.SMTP, "host": "127.0.0.1", "port": port, "user": "", "tls": False, "starttls": False}
    yield handler
    controller.stop()


@pytest.fixture
def calendar(db) -> None:
    factories.calendar()


@pytest.fixture
def quick(settings) -> None:
    """A service that hangs is given up soon; tokens of other tests are forgotten; no crowded minute."""
    settings.CHANNEL_TIMEOUT = 0.5
    accounts._tokens.clear()
    push._away_until.clear()


@pytest.fixture
def wecom(settings, quick, monkeypatch) -> Iterator[WeCom]:
    monkeypatch.setattr(quotas, "CROWDED_MINUTES", ())
    with WeCom() as server:
        settings.WECOM = {"url": server.url, "corp_id": "corp", "agent_id": "1000002", "secret": "secret"}
        yield server


@pytest.fixture
def dingtalk(settings, quick) -> Iterator[DingTalk]:
    with DingTalk() as server:
        settings.DINGTALK = {"url": server.url, "app_key": "key", "app_secret": "secret", "agent_id": "123"}
        yield server


@pytest.fixture
def gateway(settings, quick) -> Iterator[Gateway]:
    with Gateway() as server:
        settings.SMS = {"url": f"{server.url}/send", "token": "bearer", "secret": "shared secret", "length": 134}
        yield server


@pytest.fixture
def push_key(settings) -> str:
    """The portal may push; gives the public key that browsers get."""
    settings.WEB_PUSH = settings.WEB_PUSH | {
        "private_key": web_push.new_key(),
        "subject": "mailto:office@example.edu.cn",
    }
    return web_push.public_key()


@pytest.fixture
def push_service(settings, quick, push_key) -> Iterator[PushService]:
    with PushService() as server:
        settings.PUSH_STAND_IN = server.url
        yield server


@pytest.fixture
def robots(settings, quick) -> Iterator[Robots]:
    with Robots() as server:
        settings.ROBOT_STAND_IN = server.url
        yield server
