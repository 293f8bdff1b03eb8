"""Text messages through a gateway that takes JSON: one request a message, signed, with a key that makes a repeat
harmless.
"""

import json
import re
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.channels import signing
from apps.delivery.channels.http import BUSY, LineBroke, Reply, call
from apps.delivery.channels.words import short_text
from apps.delivery.enums import Cause
from apps.delivery.models import Delivery, MessageText
from apps.delivery.smtp import Answer, Fate, RelayAway
from apps.delivery.tokens import token

ADDRESS = re.compile(r"\+?[0-9][0-9 -]{3,30}")
MOST = 1
STEP = "send"
ALREADY_HERE = 409  # the gateway knows the key: the first try arrived
WRONG_NUMBER = ("invalid_number", "unknown_number", "unknown_subscriber")
OUR_ACCOUNT = (401, 402, 403, 404)


def send(rows: Sequence[Delivery], words: MessageText) -> list[Answer]:
    """One text message. Raises RelayAway and LineBroke."""
    (row,) = rows
    keys = settings.SMS
    if not (keys["url"] and keys["secret"]):
        raise RelayAway("no account is set up")
    key = token(row.pk)
    body = json.dumps(
        {
            "to": row.address,
            "text": short_text(row, words, most=keys["length"]),
            "reference": key,
            "callback": settings.PORTAL_URL + reverse("delivery:sms_status"),
        },
        ensure_ascii=False,
    ).encode()
    headers = signing.headers(keys["secret"], body, now()) | {"Idempotency-Key": key}
    if keys["token"]:
        headers["Authorization"] = f"Bearer {keys['token']}"
    return [judge(call("POST", keys["url"], body=body, headers=headers))]


def judge(reply: Reply) -> Answer:
    """What the gateway's status and words mean. Raises RelayAway and LineBroke."""
    number = str(reply.data.get("id") or "")[:128]
    if 200 <= reply.status < 300 or reply.status == ALREADY_HERE:
        return Answer(Fate.TAKEN, reply.status, reply.text, STEP, remote_id=number)
    if reply.status in BUSY or reply.status in OUR_ACCOUNT:
        raise RelayAway(f"{STEP}: {reply.status} {reply.text}")
    if reply.status >= 500 or reply.status < 200:
        raise LineBroke(f"{reply.status} {reply.text}")
    if str(reply.data.get("error", "")).lower() in WRONG_NUMBER:
        return Answer(Fate.REFUSED, reply.status, reply.text, STEP, cause=Cause.DEAD, hard=True)
    return Answer(Fate.REFUSED, reply.status, reply.text, STEP)
