"""Make the calls that are due: claim one, call, write down what came back. At least once, always under the same id.

A claim is a lease that is committed before the network is touched; who is killed leaves it to end, and another sends it
again. Each address has its own pace, and one that fails rests longer each time, so that it holds up no other.
"""

import json
import time
from datetime import datetime, timedelta
from zlib import crc32

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from apps.core.clock import now
from apps.delivery.sealing import UnableToUnseal
from apps.interfaces.enums import CallState
from apps.interfaces.hooks.addresses import UnableToReach, read_url, resolve
from apps.interfaces.hooks.calling import Answer, call
from apps.interfaces.hooks.signing import headers
from apps.interfaces.hooks.telling import tell_given_up
from apps.interfaces.models import Call, Subscription, Try
from apps.servicedesk.models import Request

log = structlog.get_logger(__name__)
BUDGET = 20.0  # seconds of one run: other work waits behind it
LEASE = timedelta(minutes=2)
STEPS = (30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)  # seconds after each failure
GONE = 410
NAMES = ["requester", "holder"]  # keys of a call that name somebody


def send_due(at: datetime | None = None) -> int:
    """Call every address that has something due and may be called, one after the other; gives the number of calls."""
    began, made = time.monotonic(), 0
    while time.monotonic() - began < BUDGET:
        moment = at or now()
        waiting = due_subscriptions(moment)
        if not waiting:
            break
        made += sum(send_one(pk, moment) for pk in waiting if time.monotonic() - began < BUDGET)
    return made


def due_subscriptions(at: datetime) -> list[int]:
    """Addresses that may be called now and have something to be told (one query)."""
    rows = Subscription.objects.in_use().filter(next_at__lte=at)
    return list(
        rows.filter(pk__in=Call.objects.due(at).values("subscription")).order_by("next_at").values_list("pk", flat=True)
    )


def send_one(subscription_id: int, at: datetime) -> bool:
    """The oldest due call of one address; False when another has the address."""
    claimed = claim(subscription_id, at)
    if claimed is None:
        return False
    answer = make(claimed, at)
    settle(claimed, answer, at)
    return True


def claim(subscription_id: int, at: datetime) -> Call | None:
    """Committed before anything leaves. The address rests meanwhile, so that nobody else calls it beside us."""
    with transaction.atomic():
        rows = Subscription.objects.in_use().filter(pk=subscription_id, next_at__lte=at)
        subscription = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if subscription is None:
            return None
        due = Call.objects.due(at).filter(subscription=subscription).order_by("not_before", "pk")
        found = due.select_for_update(skip_locked=True).first()
        if found is None:
            return None
        found.state, found.lease_until, found.attempts = CallState.SENDING, at + LEASE, found.attempts + 1
        found.save(update_fields=["state", "lease_until", "attempts"])
        subscription.next_at = at + timedelta(seconds=60 / subscription.a_minute)
        subscription.save(update_fields=["next_at"])
        found.subscription = subscription
        return found


def make(row: Call, at: datetime) -> Answer:
    """The address is judged at each call: a name may lead elsewhere today."""
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        target = resolve(read_url(row.subscription.url))
        signed = headers(row.subscription, key=str(row.key), body=body, at=at)
    except UnableToReach as error:
        return Answer(None, str(error), 0)
    except UnableToUnseal:
        return Answer(None, "the secret was sealed with another key: make a new one", 0)
    return call(target, body, signed)


@transaction.atomic
def settle(row: Call, answer: Answer, at: datetime) -> None:
    """Write down what came back. Who was taken over meanwhile (lease) writes only the line of the log."""
    Try.objects.create(call=row, at=at, status=answer.status, words=answer.words, millis=answer.millis)
    mine = Call.objects.select_for_update().filter(pk=row.pk, state=CallState.SENDING, lease_until=row.lease_until)
    held = mine.first()
    log.info("webhook_called", call_id=row.pk, status=answer.status, taken=answer.is_taken)
    if held is None:
        return
    subscription = Subscription.objects.select_for_update().get(pk=row.subscription_id)
    held.lease_until = None
    if answer.is_taken:
        held.state, held.done_at, subscription.failing_since = CallState.DONE, at, None
    else:
        put_off(held, subscription, answer, at)
    held.save(update_fields=["state", "lease_until", "not_before", "done_at"])
    subscription.save(update_fields=["failing_since", "next_at", "is_active"])


def put_off(held: Call, subscription: Subscription, answer: Answer, at: datetime) -> None:
    """Try again later, or give up; an address that says that it is gone is not called any more."""
    subscription.failing_since = subscription.failing_since or at
    wait = timedelta(seconds=max(pause(held), answer.wait))
    held.state, held.not_before = CallState.WAITING, at + wait
    subscription.next_at = max(subscription.next_at, at + min(wait, timedelta(minutes=30)))
    if answer.status == GONE:
        subscription.is_active = False
        log.warning("webhook_gone", subscription_id=subscription.pk)
    if answer.status == GONE or held.not_before > held.give_up_at:
        held.state = CallState.DEAD
        tell_given_up(subscription, held, at)


def pause(row: Call) -> float:
    """Seconds until the next try; a little different for each, so that they do not come all at once."""
    step = STEPS[min(row.attempts, len(STEPS)) - 1]
    return step * (1 + crc32(row.key.bytes) % 100 / 1000)


def clear_away(at: datetime) -> int:
    """Remove what was taken more than WEBHOOK_KEPT_DAYS ago; what was given up stays until somebody looks."""
    old = Call.objects.filter(done_at__lt=at - timedelta(days=settings.WEBHOOK_KEPT_DAYS))
    return old.filter(pk__in=list(old.values_list("pk", flat=True)[:5_000])).delete()[0]


def forget_names(at: datetime) -> int:
    """Take the names out of calls whose time to be sent is over (taken, given up, or waiting for an address that was
    switched off), and out of those about requests whose people were removed; gives how many. A call that is sent again
    later says the rest.
    """
    named = Call.objects.filter(body__data__has_any_keys=NAMES)
    about = Cast(KT("body__data__request"), BigIntegerField())
    removed = Request.objects.filter(pk=OuterRef("about"), removed_at__isnull=False)
    rows = named.annotate(about=about).filter(Q(give_up_at__lt=at) | Exists(removed))
    found = list(rows.order_by("pk").only("pk", "body")[:5_000])
    for row in found:
        row.body["data"] = {key: value for key, value in row.body["data"].items() if key not in NAMES}
    Call.objects.bulk_update(found, ["body"], batch_size=500)
    return len(found)
