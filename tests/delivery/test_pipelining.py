"""The envelope in one group (RFC 2920): what the server may answer to it, line by line."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from apps.delivery.smtp import Answer, Fate, Relay, RelayAway

OFFER = b"250-here\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


@dataclass
class Script:
    """A server of one connection after the other. `says`: the answer to each verb; None hangs up, b"" says nothing.

    `reads`: how many commands came in one piece; `heard`: all lines.
    """

    says: dict[str, bytes | None] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    port: int = 0

    def answer(self, verb: str) -> bytes | None:
        usual = {"EHLO": OFFER, "DATA": b"354 go on\r\n", ".": b"250 2.0.0 queued as 1\r\n"}
        return self.says.get(verb, usual.get(verb, b"250 ok\r\n"))

    def serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _peer = server.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"220 here\r\n")
                self.talk(connection)

    def talk(self, connection: socket.socket) -> None:
        content = False
        while piece := connection.recv(65536):
            lines = piece.split(b"\r\n")[:-1]
            self.groups.append(len(lines))
            for line in lines:
                verb = "." if line == b"." else line.split(b" ")[0].decode().upper()
                if content and verb != ".":
                    continue
                self.heard.append(line.decode())
                said = self.answer(verb)
                if said is None:
                    return
                content = verb == "DATA" and said.startswith(b"354")
                connection.sendall(said)


@pytest.fixture
def script(settings) -> Iterator[Script]:
    made = Script()
    with socket.create_server(("127.0.0.1", 0)) as server:
        made.port = server.getsockname()[1]
        settings.SMTP = {**settings.SMTP, "host": "127.0.0.1", "port": made.port, "user": "", "tls": False}
        settings.SMTP |= {"starttls": False, "timeout": 2}
        threading.Thread(target=made.serve, args=[server], daemon=True).start()
        yield made


def send(relay: Relay, recipient: str = "a@college.example") -> Answer:
    content = b"Subject: x\r\n\r\nx"
    about = {"sender": "b@portal.example", "recipient": recipient, "envelope_id": "1"}
    return relay.begin(**about, content=content) or relay.end()


def test_envelope_goes_in_one_piece(script: Script) -> None:
    with Relay() as relay:
        answer = send(relay)

    assert (answer.fate, answer.code) == (Fate.TAKEN, 250)
    assert script.heard[1:4] == ["MAIL FROM:<b@portal.example>", "RCPT TO:<a@college.example>", "DATA"]
    assert 3 in script.groups


def test_refused_recipient_and_data(script: Script) -> None:
    script.says = {"RCPT": b"550 5.1.1 nobody\r\n", "DATA": b"554 no valid recipients\r\n"}
    with Relay() as relay:
        answer = send(relay)
        assert (answer.fate, answer.step, answer.text) == (Fate.REFUSED, "RCPT", "5.1.1 nobody")
        script.says = {}
        assert send(relay).fate == Fate.TAKEN

    assert script.heard.count("rset") == 1


def test_server_that_wants_content_for_nobody_gets_an_empty_mail(script: Script) -> None:
    script.says = {"RCPT": b"550 5.1.1 nobody\r\n", ".": b"554 no valid recipients\r\n"}
    with Relay() as relay:
        assert send(relay).line == "RCPT: 550 5.1.1 nobody"
        script.says = {}
        assert send(relay).fate == Fate.TAKEN

    assert script.heard[4:6] == [".", "rset"]
    assert len([line for line in script.heard if line.startswith("EHLO") or line.startswith("ehlo")]) == 1


def test_put_off_recipient(script: Script) -> None:
    script.says = {"RCPT": b"451 4.7.1 greylisted\r\n", "DATA": b"503 no recipients\r\n"}
    with Relay() as relay:
        assert (send(relay).fate, send(relay).step) == (Fate.PUT_OFF, "RCPT")


def test_data_that_is_refused(script: Script) -> None:
    script.says = {"DATA": b"451 4.3.0 no space\r\n"}
    with Relay() as relay:
        answer = send(relay)

    assert (answer.fate, answer.step, answer.code) == (Fate.PUT_OFF, "DATA", 451)


def test_refused_sender_concerns_all_mails(script: Script) -> None:
    script.says = {"MAIL": b"550 5.7.1 not you\r\n", "RCPT": b"503 first MAIL\r\n", "DATA": b"503 first MAIL\r\n"}
    with Relay() as relay, pytest.raises(RelayAway, match="not you"):
        send(relay)


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_line_that_breaks_in_the_envelope_means_nothing_left(script: Script, verb: str) -> None:
    script.says = {verb: None}
    with Relay() as relay:
        answer = send(relay)
        assert (answer.fate, answer.step) == (Fate.PUT_OFF, verb)
        script.says = {}
        assert send(relay).fate == Fate.TAKEN


def test_line_that_breaks_after_the_content_is_uncertain(script: Script) -> None:
    script.says = {".": None}
    with Relay() as relay:
        assert send(relay).fate == Fate.BROKEN


def test_silence_after_the_refusal_drops_the_connection(script: Script) -> None:
    """The recipient is refused and DATA is never answered: the next mail must not read that late answer as its own."""
    script.says = {"RCPT": b"550 5.1.1 nobody\r\n", "DATA": b""}
    with Relay() as relay:
        assert send(relay).fate == Fate.REFUSED
        script.says = {}
        assert send(relay).fate == Fate.TAKEN

    assert len([line for line in script.heard if line.lower().startswith("ehlo")]) == 2


def test_address_in_another_script_needs_a_server_that_takes_it(script: Script) -> None:
    with Relay() as relay:
        answer = send(relay, "陳@college.example")

    assert (answer.fate, answer.code) == (Fate.REFUSED, 553)
    assert [line.lower()[:4] for line in script.heard] == ["ehlo", "quit"]
