"""DingTalk work notices: handed over as a task, whose result (who could not be reached, who read it) is asked for
later.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from apps.delivery.channels.accounts import Account, post_signed_in
from apps.delivery.channels.http import LineBroke, Reply
from apps.delivery.channels.words import chat_text
from apps.delivery.enums import Cause
from apps.delivery.models import Delivery, MessageText
from apps.delivery.smtp import Answer, Fate, RelayAway

ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@$:-]{0,63}")  # without the comma that divides names
MOST = settings.DINGTALK_PEOPLE_A_CALL
WINDOW = timedelta(hours=settings.DINGTALK_RESULT_HOURS)  # the result of a task can be asked for so long
STEP = "asyncsend_v2"

STALE = (40001, 40014, 42001)  # it calls a token that is over "invalid" as often as "expired"
# Busy, too fast, or something about our account: no fault of the people, so all wait.
WAIT = (-1, 88, 90002, 90003, 90004, 90005, 90006, 90018, 400002, 41030, 50002, 60020)
TOO_FAST = (143103, 143104, 143203, 143204, 1430003)
OVER_LIMIT = (143105, 143106, 143205, 143206)  # the day's messages of a person, or the same words again


def account() -> Account:
    """Raises RelayAway where no account is set up."""
    keys = settings.DINGTALK
    if not (keys["app_key"] and keys["app_secret"] and keys["agent_id"]):
        raise RelayAway("no account is set up")
    return Account(keys["url"], "/gettoken", (("appkey", keys["app_key"]), ("appsecret", keys["app_secret"])))


def agent() -> int | str:
    """DingTalk's documents call it a number."""
    number = settings.DINGTALK["agent_id"]
    return int(number) if number.isdecimal() else number


def is_stale(reply: Reply) -> bool:
    """The gateway wraps its own refusals in errcode 88 and says what it is about in sub_code."""
    return reply.code in STALE or (reply.code == 88 and str(reply.data.get("sub_code")) in map(str, STALE))


def send(rows: Sequence[Delivery], words: MessageText) -> list[Answer]:
    """One call for all `rows`: the same words, at most MOST. Raises RelayAway and LineBroke."""
    body = {
        "agent_id": agent(),
        "userid_list": ",".join(row.address for row in rows),
        "msg": {
            "msgtype": "text",
            "text": {"content": chat_text(rows[0], words, most_bytes=settings.DINGTALK_TEXT_BYTES)},
        },
    }
    reply = post_signed_in(account(), "/topapi/message/corpconversation/asyncsend_v2", body, is_stale=is_stale)
    if reply.code in (*WAIT, *TOO_FAST):
        raise RelayAway(f"{STEP}: {reply.text}")
    if reply.code in OVER_LIMIT:
        return [Answer(Fate.REFUSED, reply.code, reply.text, STEP, cause=Cause.POLICY) for _row in rows]
    if reply.code:
        return [Answer(Fate.REFUSED, reply.code, reply.text, STEP) for _row in rows]
    task = str(reply.data.get("task_id") or "")[:128]
    if not task:
        raise LineBroke("answer without task_id")
    return [Answer(Fate.TAKEN, 0, f"task_id {task}", STEP, remote_id=task) for _row in rows]


def ask_result(task_id: str) -> Reply:
    """The result of a task as it stands now. Raises RelayAway and LineBroke."""
    body = {"agent_id": agent(), "task_id": int(task_id) if task_id.isdecimal() else task_id}
    reply = post_signed_in(account(), "/topapi/message/corpconversation/getsendresult", body, is_stale=is_stale)
    if reply.code in (*WAIT, *TOO_FAST):
        raise RelayAway(f"getsendresult: {reply.text}")
    return reply
