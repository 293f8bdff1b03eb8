"""Real bounces of many systems, and mails made to hurt."""

import json
import os
import tarfile
import time
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.delivery.causes import classify
from apps.delivery.enums import InboundKind
from apps.delivery.plain_bounces import flufl_findings
from apps.delivery.reading import read_mail

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("PORTAL_SHARED_DATA", ROOT.parent / "shared" / "data")) / "bounces.tar.xz"
NO_ADDRESS = {"dumbass_01.txt", "bounce_01.txt", "qmail_08.txt", "groupwise_03.txt"}
NO_BOUNCE = {"qmail_08.txt": InboundKind.AUTO_REPLY, "groupwise_03.txt": InboundKind.OTHER}
DELAYED = {
    *(f"dsn_{number:02d}.txt" for number in (5, 6, 7, 8, 17)),
    *(f"simple_{number:02d}.txt" for number in (3, 21, 22, 28, 35, 40)),
}
CAUSES = {
    "dsn_01.txt": "full",
    "dsn_02.txt": "expired",
    "dsn_03.txt": "size",
    "dsn_04.txt": "full",
    "dsn_05.txt": "expired",
    "dsn_10.txt": "dead",
    "dsn_17.txt": "full",
    "aol_01.txt": "blocked",
    "bounce_03.txt": "expired",
    "hotpop_01.txt": "full",
    "llnl_01.txt": "dead",
    "netscape_01.txt": "expired",
    "qmail_02.txt": "full",
    "simple_07.txt": "full",
    "simple_09.txt": "full",
    "simple_11.txt": "dead",
    "simple_35.txt": "full",
    "simple_38.txt": "full",
    "simple_42.txt": "blocked",
    "simple_44.txt": "expired",
    "simple_45.txt": "full",
    "yahoo_02.txt": "full",
    "yahoo_03.txt": "dead",
}


@cache
def corpus() -> dict[str, bytes]:
    if not DATA.exists():
        return {}
    with tarfile.open(DATA) as archive:
        members = [member for member in archive.getmembers() if member.isfile() and member.name.endswith(".txt")]
        return {Path(member.name).name: archive.extractfile(member).read() for member in members}


needs_corpus = pytest.mark.skipif(not DATA.exists(), reason=f"the bounce corpus is not here ({DATA})")
names = sorted(corpus()) or ["none"]


@needs_corpus
@pytest.mark.parametrize("name", names)
def test_every_mail_gets_its_kind(name: str) -> None:
    expected = NO_BOUNCE.get(name, InboundKind.DELAYED if name in DELAYED else InboundKind.BOUNCE)

    assert read_mail(corpus()[name]).kind == expected


@needs_corpus
@pytest.mark.parametrize("name", names)
def test_an_address_is_found_wherever_a_person_sees_one(name: str) -> None:
    named = read_mail(corpus()[name]).as_json()["recipients"]

    assert bool(named) == (name not in NO_ADDRESS)


@needs_corpus
@pytest.mark.parametrize("name", names)
def test_nothing_that_flufl_finds_is_missed(name: str) -> None:
    ours = {recipient.address.lower() for recipient in read_mail(corpus()[name]).recipients}
    theirs = {address.lower() for found in flufl_findings(corpus()[name]) for address in found}

    assert theirs <= ours


@needs_corpus
@pytest.mark.parametrize(("name", "cause"), CAUSES.items())
def test_cause_is_the_one_that_the_words_give(name: str, cause: str) -> None:
    assert read_mail(corpus()[name]).recipients[0].cause == cause


@needs_corpus
def test_command_prints_one_json_object_a_mail(tmp_path: Path) -> None:
    for name in ("dsn_12.txt", "simple_28.txt"):
        (tmp_path / name).write_bytes(corpus()[name])
    out = StringIO()
    call_command("read_bounce", *sorted(map(str, tmp_path.iterdir())), "--json", stdout=out)

    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {
            "file": str(tmp_path / "dsn_12.txt"),
            "kind": "bounce",
            "recipients": [{"address": "userx@example.jp", "status": "5.1.1", "cause": "dead", "hard": True}],
        },
        {
            "file": str(tmp_path / "simple_28.txt"),
            "kind": "delayed",
            "recipients": [{"address": "userx@example.com", "status": "", "cause": "expired", "hard": False}],
        },
    ]


def report(action: str, status: str, *, diagnostic: str = "") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: x@portal.example\r\nSubject: Report\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nWords.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: 12-abc\r\n\r\n"
        f"Final-Recipient: rfc822; a@b.example\r\nAction: {action}\r\nStatus: {status}\r\n{diagnostic}"
        "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "Message-ID: <m@portal.example>\r\nSubject: Hi\r\n\r\n.\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("failed", InboundKind.BOUNCE),
        ("delayed", InboundKind.DELAYED),
        ("delivered", InboundKind.DELIVERED),
        ("relayed", InboundKind.RELAYED),
        ("expanded", InboundKind.EXPANDED),
    ],
)
def test_report_by_its_action(action: str, kind: InboundKind) -> None:
    mail = read_mail(report(action, "2.0.0"))

    assert (mail.kind, mail.recipients[0].address) == (kind, "a@b.example")
    assert mail.envelope_ids == ("12-abc",)
    assert mail.message_ids[0] == "<m@portal.example>"


@pytest.mark.parametrize(
    ("status", "diagnostic", "cause", "hard"),
    [
        ("5.1.1", "smtp; 550 5.1.1 no such user", "dead", True),
        ("5.2.2", "", "full", False),
        ("5.1.1", "smtp; 552 user over quota", "full", False),
        ("5.7.1", "smtp; 550 5.7.1 blocked using zen.spamhaus.org", "blocked", False),
        ("5.7.1", "smtp; 550 5.7.1 relaying denied", "policy", True),
        ("5.3.4", "", "size", True),
        ("4.4.7", "", "expired", False),
        ("5.0.0", "smtp; 550 用户不存在", "dead", True),
        ("5.0.0", "", "other", True),
    ],
)
def test_cause_of_a_report(status: str, diagnostic: str, cause: str, hard: bool) -> None:
    field = f"Diagnostic-Code: {diagnostic}\r\n" if diagnostic else ""
    recipient = read_mail(report("failed", status, diagnostic=field)).recipients[0]

    assert (recipient.cause, recipient.hard, recipient.status) == (cause, hard, status)


def test_complaint_names_the_recipient() -> None:
    raw = (
        b"From: fbl@mail.example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        b"Feedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <a@b.example>\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <m@p>\r\n\r\nx\r\n--b--\r\n"
    )
    mail = read_mail(raw)

    assert (mail.kind, [one.address for one in mail.recipients]) == (InboundKind.COMPLAINT, ["a@b.example"])


@pytest.mark.parametrize(
    "headers",
    ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Subject: 自動回覆: 出差中", "Subject: Out of Office: away"],
)
def test_automatic_reply(headers: str) -> None:
    assert read_mail(f"From: a@b.example\r\n{headers}\r\n\r\nI am away.\r\n".encode()).kind == InboundKind.AUTO_REPLY


def test_mail_of_a_person_is_other() -> None:
    assert (
        read_mail(b"From: a@b.example\r\nSubject: Question\r\n\r\nWrite to c@d.example\r\n").kind == InboundKind.OTHER
    )


def deep(levels: int) -> bytes:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(levels))
    return f"From: a@b.example\r\n{parts}\r\n".encode()


HOSTILE = {
    "empty": b"",
    "zeros": b"\0" * 100_000,
    "no end": b"From: a@b" + b"x" * 3_000_000,
    "deep": deep(5_000),
    "many parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 100_000,
    "many addresses": b"From: mailer-daemon@x\r\n\r\n" + b"a@b.c, " * 200_000,
    "no at sign": b"From: mailer-daemon@x\r\nSubject: failure notice\r\n\r\n" + b"a" * 1_000_000,
    "open tags": b"From: mailer-daemon@x\r\nContent-Type: text/html\r\n\r\n" + b"<style <br <p " * 100_000,
    "spaces": b"From: mailer-daemon@x\r\n\r\nuser " + b" " * 1_000_000 + b"unknown",
    "bad charset": b"Content-Type: text/plain; charset=nope\r\nSubject: =?nope?b?////?=\r\n\r\n\xff\xfe",
    "long header": b"Subject: " + b"=?utf-8?b?4pyT?= " * 50_000 + b"\r\n\r\n.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_in_bounded_time(name: str) -> None:
    begun = time.process_time()
    mail = read_mail(HOSTILE[name])

    assert mail.kind in InboundKind.values
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        ("5.0.0", "host mx.client.example said: 550 5.7.1 Blocked by SpamAssassin", "blocked"),
        ("5.2.0", "550 The mailbox has been blocked for inactivity", "dead"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "dead"),
        ("5.7.606", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "blocked"),
        ("", "550 Relaying denied for <unknown-user@invalid.example>", "policy"),
        ("4.4.7", "450 4.7.1 Client host rejected: cannot find your reverse hostname", "blocked"),
        ("", "Mailbox size limit exceeded", "full"),
        ("", "554 垃圾邮件，拒收", "blocked"),
        ("", "550 收件人不存在", "dead"),
        ("", "连接超时", "expired"),
        ("", "邮件过大，超过限制", "size"),
        ("", "Postfach ist voll", "full"),
    ],
)
def test_cause_by_status_and_words(status: str, words: str, cause: str) -> None:
    assert classify(status, words).cause == cause


def test_machine_that_answers_without_saying_so_is_no_bounce() -> None:
    head = b"Return-Path: <>\r\nFrom: a@b.example\r\nSubject: Thank you\r\nPrecedence: bulk\r\n\r\n"
    answer = head + b"I shall answer soon.\r\n"

    assert read_mail(answer).kind == InboundKind.AUTO_REPLY


def test_blank_lines_before_the_head_are_passed_over() -> None:
    assert (
        read_mail(b"   \r\n\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\n\r\nSorry.").kind == "bounce"
    )
