"""WeCom application messages. They tell who is no member; whether anybody read them WeCom does not say."""

import re
from collections.abc import Sequence

from django.conf import settings

from apps.delivery.channels.accounts import Account, post_signed_in
from apps.delivery.channels.http import LineBroke, Reply
from apps.delivery.channels.words import chat_text
from apps.delivery.enums import Cause
from apps.delivery.models import Delivery, MessageText
from apps.delivery.smtp import Answer, Fate, RelayAway

# A name such as "@all", or one with the sign that divides names, would reach others.
ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
MOST = settings.WECOM_PEOPLE_A_CALL
DUPLICATE_SECONDS = 14_400  # the longest that WeCom remembers a text: a repeat after "uncertain" is dropped there
STEP = "message/send"

STALE = (40014, 42001, 41001)
# Busy, over a limit, or something about our account: no fault of the people, so all wait.
WAIT = (-1, 45009, 45033, 45011, 40001, 40013, 40056, 48002, 60020, 301002)
NOBODY_MAY = 81013  # none of them is a member in the range that the application may write to


def account() -> Account:
    """Raises RelayAway where no account is set up."""
    keys = settings.WECOM
    if not (keys["corp_id"] and keys["secret"] and keys["agent_id"]):
        raise RelayAway("no account is set up")
    return Account(keys["url"], "/cgi-bin/gettoken", (("corpid", keys["corp_id"]), ("corpsecret", keys["secret"])))


def send(rows: Sequence[Delivery], words: MessageText) -> list[Answer]:
    """One call for all `rows`: the same words, at most MOST. Raises RelayAway and LineBroke."""
    body = {
        "touser": "|".join(row.address for row in rows),
        "msgtype": "text",
        "agentid": int(settings.WECOM["agent_id"]) if settings.WECOM["agent_id"].isdigit() else 0,
        "text": {"content": chat_text(rows[0], words, most_bytes=settings.WECOM_TEXT_BYTES)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": DUPLICATE_SECONDS,
    }
    reply = post_signed_in(account(), "/cgi-bin/message/send", body, is_stale=lambda answer: answer.code in STALE)
    if reply.code in WAIT:
        raise RelayAway(f"{STEP}: {reply.text}")
    if reply.code == NOBODY_MAY:
        return [Answer(Fate.REFUSED, reply.code, reply.text, STEP, cause=Cause.POLICY) for _row in rows]
    if reply.code:
        return [Answer(Fate.REFUSED, reply.code, reply.text, STEP) for _row in rows]
    return taken(rows, reply)


def taken(rows: Sequence[Delivery], reply: Reply) -> list[Answer]:
    """Who is named as invalid or without licence got nothing; WeCom gives the names in small letters.

    Invalid is usually somebody outside the range of the application, which the office can widen at any time; WeCom does
    not say whether it is that or no member at all. So the name rests for a time and is not taken for dead.
    """
    invalid, unlicensed = names(reply, "invaliduser"), names(reply, "unlicenseduser")
    number = str(reply.data.get("msgid", ""))[:128]
    if not number and not (invalid or unlicensed):
        raise LineBroke("answer without msgid")
    answers = []
    for row in rows:
        name = row.address.lower()
        if name in invalid:
            answers.append(Answer(Fate.REFUSED, 0, "invaliduser", STEP, cause=Cause.POLICY))
        elif name in unlicensed:
            answers.append(Answer(Fate.REFUSED, 0, "unlicenseduser", STEP, cause=Cause.POLICY))
        else:
            answers.append(Answer(Fate.TAKEN, 0, f"msgid {number}", STEP, remote_id=number))
    return answers


def names(reply: Reply, key: str) -> set[str]:
    return {name.strip().lower() for name in str(reply.data.get(key) or "").split("|") if name.strip()}
