"""Notifications in a person's browsers. The message passes a server of the browser's maker, so it is encrypted for the
browser, and it carries the title, the office's name and the link, never the text.

One delivery goes to all browsers of its person, one call each. One browser that took it is enough for "handed over"; it
came back only when every browser is gone. That a push service took it proves nothing of reading.
"""

import json
import re
import time
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.clock import now
from apps.delivery.channels import web_push
from apps.delivery.channels.http import BUSY, LineBroke, Reply, call
from apps.delivery.channels.words import link_of
from apps.delivery.enums import Cause, Queue, SubscriptionEnd
from apps.delivery.models import BrowserSubscription, Delivery, MessageText
from apps.delivery.sealing import UnableToUnseal, unseal
from apps.delivery.smtp import Answer, Fate, RelayAway

log = structlog.get_logger(__name__)
ADDRESS = re.compile(r"browsers:\d{1,18}")
MOST = 1
STEP = "push"
GONE = (404, 410)
OUR_ACCOUNT = (401, 403)
TOO_LARGE = 413
USUAL_SECONDS = 7 * 24 * 3600  # how long a push service keeps it for a browser that is off, without an end of its own
MOST_SECONDS = 28 * 24 * 3600  # none keeps it longer
AWAY_SECONDS = 60.0

# Until when a push service that did not answer is left alone: there are several, and one that cannot be reached from
# here must not cost ten seconds for each person.
_away_until: dict[str, float] = {}


def send(rows: Sequence[Delivery], words: MessageText) -> list[Answer]:
    """One notification to all browsers of one person. Raises RelayAway."""
    (row,) = rows
    if not settings.WEB_PUSH["private_key"]:
        raise RelayAway("no key is set up")
    browsers = BrowserSubscription.objects.active().filter(person=row.person_id).order_by("pk")
    return [together([push(browser, row, words) for browser in browsers])]


def push(browser: BrowserSubscription, row: Delivery, words: MessageText) -> Answer:
    """One call to the browser's service, and what its answer means for the subscription."""
    if browser.server_key != web_push.public_key():
        return end(browser, SubscriptionEnd.KEY_CHANGED, "made for another key")
    try:
        endpoint, (p256dh, auth) = unseal(browser.sealed_endpoint), unseal(browser.sealed_keys).split()
    except UnableToUnseal:
        return end(browser, SubscriptionEnd.KEY_CHANGED, "sealed with another key")
    host = web_push.host_of(endpoint)
    if not host:
        return Answer(Fate.REFUSED, 0, f"{browser.host} is not among the allowed hosts", STEP, cause=Cause.POLICY)
    if time.monotonic() < _away_until.get(host, 0.0):
        return Answer(Fate.PUT_OFF, 0, f"{host} is away", STEP)
    body = web_push.encrypt(content_of(row, words), p256dh, auth)
    try:
        reply = call("POST", web_push.address_of(endpoint), body=body, headers=headers(endpoint, row))
    except (RelayAway, LineBroke) as error:
        _away_until[host] = time.monotonic() + AWAY_SECONDS
        fate = Fate.BROKEN if isinstance(error, LineBroke) else Fate.PUT_OFF
        return Answer(fate, 0, f"{host} {error}", STEP)
    return judge(browser, reply)


def headers(endpoint: str, row: Delivery) -> dict[str, str]:
    """A repeat of the same message replaces the first where that still waits (Topic)."""
    at, ends = now(), row.message.expires_at
    seconds = int((ends - at).total_seconds()) if ends else USUAL_SECONDS
    return {
        "Authorization": web_push.authorization(endpoint, at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(min(max(seconds, 0), MOST_SECONDS)),
        "Topic": f"m{row.message_id}",
        "Urgency": "high" if row.queue == Queue.URGENT else "normal",
    }


def content_of(row: Delivery, words: MessageText) -> bytes:
    """What the service worker shows (delivery/push_worker.js)."""
    with override(words.language):
        told = {
            "title": words.subject,
            "body": settings.MAIL_FROM_NAME,
            "open": _("Look at it"),
            "language": words.language,
            "url": link_of(row),
            "tag": f"m{row.message_id}",
        }
    return json.dumps(told, ensure_ascii=False).encode()


def judge(browser: BrowserSubscription, reply: Reply) -> Answer:
    text = f"{browser.host} {reply.status} {reply.text}".strip()
    if 200 <= reply.status < 300:
        BrowserSubscription.objects.filter(pk=browser.pk).update(last_ok_at=now())
        return Answer(Fate.TAKEN, reply.status, text, STEP)
    if reply.status in GONE:
        return end(browser, SubscriptionEnd.GONE, text, code=reply.status)
    if reply.status in BUSY or reply.status in OUR_ACCOUNT:
        log.warning("push_not_taken", host=browser.host, status=reply.status, answer=reply.text)
        return Answer(Fate.PUT_OFF, reply.status, text, STEP, wait=reply.wait)
    if reply.status >= 500 or reply.status < 200:
        return Answer(Fate.BROKEN, reply.status, text, STEP)
    cause = Cause.SIZE if reply.status == TOO_LARGE else None
    return Answer(Fate.REFUSED, reply.status, text, STEP, cause=cause)


def end(browser: BrowserSubscription, cause: SubscriptionEnd, text: str, *, code: int = 0) -> Answer:
    browser.end(cause, now())
    return Answer(Fate.REFUSED, code, text, STEP, cause=Cause.DEAD, hard=True)


def together(answers: Sequence[Answer]) -> Answer:
    """What the answers of all browsers of one person mean for the one delivery: the best of them counts."""
    if not answers:
        return Answer(Fate.REFUSED, 0, "no browser is left", STEP, cause=Cause.DEAD, hard=True)
    best = min(answers, key=place)
    if len(answers) == 1:
        return best
    text = f"{sum(answer.fate == best.fate for answer in answers)}/{len(answers)}: " + "; ".join(
        answer.text for answer in answers
    )
    wait = max(answer.wait for answer in answers)
    return Answer(best.fate, best.code, text[:300], STEP, cause=best.cause, hard=best.hard, wait=wait)


def place(answer: Answer) -> int:
    """One that took it, one that may have, one that will be tried again, one that refused, one that is gone."""
    return (Fate.TAKEN, Fate.BROKEN, Fate.PUT_OFF, Fate.REFUSED).index(answer.fate) * 2 + answer.hard
