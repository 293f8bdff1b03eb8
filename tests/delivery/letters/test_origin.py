"""Who wrote a mail, and what our receiving server says of it."""

from email import message_from_string

import pytest

from apps.delivery.letters.automatic import why_automatic
from apps.delivery.letters.origin import Origin, origin_of, sender_of

OURS = ["mx.college.example"]


def mail(*headers: str) -> object:
    return message_from_string("\n".join(headers) + "\n\ntext\n")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("mx.college.example; dmarc=pass header.from=x.example", Origin.PASS),
        ("mx.college.example 1; spf=fail smtp.mailfrom=y; dmarc=pass (p=reject) header.from=x.example", Origin.PASS),
        ('"mx.college.example"; dmarc = pass', Origin.PASS),
        ("MX.College.Example; DMARC=Pass header.from=X.Example", Origin.PASS),
        ("mx.college.example; dmarc=fail header.from=x.example", Origin.FAIL),
        ("mx.college.example; dmarc=temperror", Origin.FAIL),
        ("mx.college.example; dmarc=permerror", Origin.FAIL),
        ("mx.college.example; dmarc=none header.from=x.example", Origin.NONE),
        ("mx.college.example; none", Origin.NONE),
        ("mx.college.example; spf=pass; dkim=pass", Origin.NONE),
        ("mx.evil.example; dmarc=pass header.from=x.example", Origin.NONE),
        ("mx.college.example.evil.example; dmarc=pass", Origin.NONE),
        ("(mx.college.example; dmarc=pass) mx.evil.example; dmarc=fail", Origin.NONE),
        ('mx.evil.example; reason="; mx.college.example; dmarc=pass"', Origin.NONE),
        ('mx.college.example; dkim=fail reason="x; dmarc=pass"', Origin.NONE),
        ("mx.college.example; dkim=fail (; dmarc=pass)", Origin.NONE),
        ("mx.college.example; dmarc=pass header.from=other.example", Origin.TORN),
        ("mx.college.example; dmarc=fail; dmarc=pass", Origin.TORN),
        ("mx.college.example; spf=none smtp.mailfrom=a( ; dmarc=fail header.from=x.example", Origin.TORN),
        ('mx.college.example; spf=none smtp.helo="a ; dmarc=fail header.from=x.example', Origin.TORN),
        ("mx.college.example; spf=none smtp.mailfrom=" + "a" * 4000 + "; dmarc=fail", Origin.TORN),
        ("mx.evil.example; spf=none (", Origin.NONE),
        ("", Origin.NONE),
        (";;;((((", Origin.NONE),
    ],
)
def test_result(header: str, wanted: Origin) -> None:
    assert origin_of(mail(f"Authentication-Results: {header}"), "lin@x.example", OURS) == wanted


def test_two_headers_in_one_name_must_agree() -> None:
    said = "Authentication-Results: mx.college.example; dmarc="
    assert origin_of(mail(said + "pass", said + "pass"), "a@x.example", OURS) == Origin.PASS
    assert origin_of(mail(said + "pass", said + "fail"), "a@x.example", OURS) == Origin.TORN


def test_more_headers_than_are_read_prove_nothing() -> None:
    others = ["Authentication-Results: mx.evil.example; spf=pass"] * 20
    ours = "Authentication-Results: mx.college.example; dmarc="
    assert origin_of(mail(*others[1:], ours + "pass"), "a@x.example", OURS) == Origin.PASS
    assert origin_of(mail(ours + "pass", *others, ours + "fail"), "a@x.example", OURS) == Origin.TORN


def test_nobody_is_believed_where_no_server_is_named() -> None:
    header = mail("Authentication-Results: mx.college.example; dmarc=pass")
    assert origin_of(header, "a@x.example", []) == Origin.NONE


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("lin@x.example", "lin@x.example"),
        ("Lin Mei <lin@x.example>", "lin@x.example"),
        ('"Lin, Mei" <lin@x.example>', "lin@x.example"),
        ('"office@college.example" <lin@x.example>', "lin@x.example"),
        ("lin@x.example <lin@x.example>", "lin@x.example"),
        ("=?gb18030?B?wdbDwA==?= <lin@x.example>", "lin@x.example"),
        ("<lin@x.example>", "lin@x.example"),
        ("lin@x.example (Lin)", "lin@x.example"),
        ("office@college.example <lin@x.example>", ""),
        ("lin@x.example, mei@x.example", ""),
        ("<lin@x.example> <mei@x.example>", ""),
        ("Lin <lin@x.example>, Mei", ""),
        ("lin@x.example> <mei@x.example", ""),
        ("Lin", ""),
        ("", ""),
        ("group: lin@x.example;", ""),
        ("lin@@x.example", ""),
    ],
)
def test_sender(value: str, wanted: str) -> None:
    assert sender_of(mail(f"From: {value}")) == wanted


def test_two_senders_are_none() -> None:
    assert sender_of(mail("From: a@x.example", "From: b@x.example")) == ""
    assert sender_of(mail("To: a@x.example")) == ""


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("Auto-Submitted: auto-replied", "auto-submitted"),
        ("Auto-Submitted: auto-notified; x=y", "auto-submitted"),
        ("Auto-Submitted: no (by hand)", ""),
        ("Precedence: bulk", "precedence"),
        ("Precedence: first-class", ""),
        ("X-Autoreply: yes", "old mark"),
        ("List-Unsubscribe: <mailto:x@y.example>", "list"),
        ("Return-Path: < >", "empty return path"),
        ("Return-Path: <a@b.example>", ""),
        ("From: MAILER-DAEMON@x.example", "robot"),
        ("From: reply+abc@college.example", "our own mail"),
        ("Content-Type: multipart/report; boundary=x", "report"),
        ("Subject: 自动回复：您好", "subject"),
        ("Subject: Re: 自动回复系统的问题", ""),
        ("Subject: Out of office: until Monday", "subject"),
        ("Subject: Out of office supplies", ""),
        ("Subject: Re: 休假證明", ""),
    ],
)
def test_automatic(header: str, wanted: str) -> None:
    assert why_automatic(mail(header)) == wanted


def test_own_message_id_is_a_loop() -> None:
    from apps.delivery.tokens import message_id

    assert why_automatic(mail(f"Message-ID: {message_id(7)}")) == "our own mail"
    assert why_automatic(mail("Message-ID: <d.7-aaaaaaaaaaaaaaaa@x.example>")) == ""
