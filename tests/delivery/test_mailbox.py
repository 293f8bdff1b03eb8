"""Fetching by IMAP, from a small server that speaks as much of it as is needed (RFC 9051) on a real socket."""

import re
import socketserver
import threading
from collections.abc import Iterator

import pytest

from apps.delivery.mailbox import MailboxAway, Place, fetch
from apps.delivery.models import InboundMail

MAILS = [b"From: a@b.example\r\nSubject: one\r\n\r\nOne.\r\n", b"From: a@b.example\r\nSubject: two\r\n\r\nTwo.\r\n"]


class ImapServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = dict(enumerate(mails, start=11))
        self.deleted: set[int] = set()
        self.stored_when_deleted: list[int] = []
        super().__init__(("127.0.0.1", 0), ImapTalk)


class ImapTalk(socketserver.StreamRequestHandler):
    def handle(self) -> None:  # noqa: C901 (one branch a command)
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _space, command = line.decode().strip().partition(" ")
            word = command.upper()
            if word.startswith("LOGIN"):
                good = command == 'LOGIN bounces "p w"'
                self.answer(tag, "OK" if good else "NO")
            elif word.startswith("CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
                self.answer(tag, "OK")
            elif word.startswith("SELECT"):
                self.wfile.write(b"* %d EXISTS\r\n" % len(self.server.mails))
                self.answer(tag, "OK" if "INBOX" in command else "NO")
            elif word.startswith("UID SEARCH"):
                left = sorted(set(self.server.mails) - self.server.deleted)
                self.wfile.write(f"* SEARCH {' '.join(map(str, left))}\r\n".encode())
                self.answer(tag, "OK")
            elif match := re.match(r"UID FETCH (\d+)", word):
                raw = self.server.mails[int(match[1])]
                self.wfile.write(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (match[1].encode(), len(raw), raw))
                self.answer(tag, "OK")
            elif match := re.match(r"UID STORE (\d+)", word):
                self.server.deleted.add(int(match[1]))
                self.answer(tag, "OK")
            elif word.startswith("EXPUNGE"):
                for uid in self.server.deleted:
                    self.server.mails.pop(uid, None)
                self.answer(tag, "OK")
            else:
                self.answer(tag, "OK")
                if word.startswith("LOGOUT"):
                    return

    def answer(self, tag: str, word: str) -> None:
        self.wfile.write(f"{tag} {word} done\r\n".encode())


@pytest.fixture
def server() -> Iterator[ImapServer]:
    made = ImapServer(MAILS)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def url(server: ImapServer, password: str = "p%20w") -> str:
    return f"imap://bounces:{password}@127.0.0.1:{server.server_address[1]}/INBOX"


@pytest.mark.django_db
def test_all_mails_are_kept_and_then_leave_the_server(server: ImapServer) -> None:
    assert fetch(url(server)) == 2
    assert InboundMail.objects.count() == 2
    assert server.mails == {}


@pytest.mark.django_db
def test_second_fetch_finds_nothing(server: ImapServer) -> None:
    fetch(url(server))

    assert fetch(url(server)) == 0
    assert InboundMail.objects.count() == 2


@pytest.mark.django_db
def test_mail_stays_on_the_server_when_it_cannot_be_kept(server: ImapServer, settings, tmp_path) -> None:
    file_in_the_way = tmp_path / "files"
    file_in_the_way.write_text("")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": file_in_the_way},
        },
    }
    with pytest.raises((MailboxAway, OSError)):
        fetch(url(server))

    assert len(server.mails) == 2
    assert InboundMail.objects.count() == 0


@pytest.mark.django_db
def test_wrong_password_says_so(server: ImapServer) -> None:
    with pytest.raises(MailboxAway):
        fetch(url(server, "wrong"))


def test_server_that_is_not_there_says_so() -> None:
    with pytest.raises(MailboxAway):
        fetch("imap://a:b@127.0.0.1:1/INBOX")


def test_no_mailbox_is_no_error() -> None:
    assert fetch("") == 0


def test_address_of_a_mailbox() -> None:
    assert Place.of("imaps://bounces%40x:p%2Fw@mail.example/Bounces") == Place(
        host="mail.example", port=993, tls=True, user="bounces@x", password="p/w", folder="Bounces"
    )
