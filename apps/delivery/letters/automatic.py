"""Was a mail written by a machine? Then nothing answers it and nobody's request hears of it (RFC 3834)."""

import re
from email.message import Message

from django.conf import settings

from apps.delivery.mail_parts import addresses_in, header
from apps.delivery.tokens import delivery_of_message_id

LISTS = ("List-Id", "List-Post", "List-Help", "List-Unsubscribe")
OLD_MARKS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-Suppress")
BULK = {"bulk", "junk", "list", "auto_reply"}
ROBOT = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.IGNORECASE)
OURS = re.compile(r"(b|reply)\+", re.IGNORECASE)
# As the whole beginning of a subject: "Re: 休假證明" is written by a person.
SUBJECT = re.compile(
    r"(auto(matic)?[- ]?(reply|response)|out of (the )?office|自动回复|自動回覆|自動回復|自动答复|自動答覆"
    r"|外出自动回复)\s{0,3}([:：\]】(（-]|$)",
    re.IGNORECASE,
)


def why_automatic(mail: Message) -> str:
    """What shows that a machine wrote it, in a word for the log; "" when nothing does."""
    return next((name for name, test in TESTS if test(mail)), "")


def _auto_submitted(mail: Message) -> bool:
    value = header(mail, "Auto-Submitted").split(";")[0].split("(")[0].strip().lower()
    return value not in ("", "no")


def _bulk(mail: Message) -> bool:
    return header(mail, "Precedence").lower() in BULK


def _list(mail: Message) -> bool:
    return any(mail.get(name) is not None for name in LISTS)


def _old_mark(mail: Message) -> bool:
    return any(mail.get(name) is not None for name in OLD_MARKS)


def _no_sender(mail: Message) -> bool:
    """An empty return path: of reports, and of whatever does not want an answer."""
    return header(mail, "Return-Path").replace(" ", "") == "<>"


def _from_us(mail: Message) -> bool:
    """One of our own mails that came home: its Message-ID is ours, or its sender is."""
    if delivery_of_message_id(header(mail, "Message-ID")):
        return True
    senders = addresses_in(mail, "From", "Sender")
    return any(OURS.match(one) or one.lower() == settings.DEFAULT_FROM_EMAIL.lower() for one in senders)


def _robot(mail: Message) -> bool:
    return any(ROBOT.match(one) for one in addresses_in(mail, "From"))


def _report(mail: Message) -> bool:
    return mail.get_content_type() == "multipart/report"


def _subject(mail: Message) -> bool:
    return bool(SUBJECT.match(header(mail, "Subject").strip()))


TESTS = (
    ("auto-submitted", _auto_submitted),
    ("precedence", _bulk),
    ("list", _list),
    ("old mark", _old_mark),
    ("empty return path", _no_sender),
    ("our own mail", _from_us),
    ("report", _report),
    ("robot", _robot),
    ("subject", _subject),
)
