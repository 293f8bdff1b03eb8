"""What must happen even when every hint was lost: each function looks at rows, is safe to repeat, and may be killed."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from apps.delivery.claims import cancel_expired
from apps.delivery.enums import SENT_CHANNELS, Channel, DeliveryState, EvidenceKind, MessageClass, Queue
from apps.delivery.limits import RESEND_AFTER, SILENCE
from apps.delivery.models import Delivery
from apps.delivery.parking import become_uncertain
from apps.delivery.recovery import take_up
from apps.delivery.services import end_rests, record_for_all, release_held
from apps.delivery.services.nudges import publish

SLICE = 1_000


def sweep(at: datetime) -> Counter[str]:
    """All of it, once a minute; gives the counts for the log. The hints to the senders come last."""
    counts = Counter(
        {
            "taken_up": take_up(at),
            "leases": end_leases(at),
            "resend": resend_uncertain(at),
            "silent": call_silent(at),
            "expired": cancel_late(at),
            "rested": end_rests(at),
            "released": release_held(at),
        }
    )
    for queue, channel in work(at):
        publish(queue, channel)
    return counts


def work(at: datetime) -> list[tuple[Queue, Channel]]:
    """Which senders have something to send; each looks at one queue of one channel."""
    due = Delivery.objects.due(at)
    return [
        (queue, channel)
        for queue in Queue
        for channel in SENT_CHANNELS
        if due.filter(queue=queue, channel=channel).exists()
    ]


@transaction.atomic
def end_leases(at: datetime) -> int:
    """Rows of senders that died. What was only claimed waits again; what was on the wire is uncertain, and shown as
    such.
    """
    rows = list(Delivery.objects.lease_ended(at).select_for_update(skip_locked=True).order_by("pk")[:SLICE])
    claimed = [row.pk for row in rows if row.on_wire_at is None]
    Delivery.objects.filter(pk__in=claimed).update(state=DeliveryState.PLANNED, lease_until=None)
    for row in rows:
        if row.on_wire_at is not None:
            become_uncertain(row, at)
    return len(rows)


@transaction.atomic
def resend_uncertain(at: datetime) -> int:
    """Mandatory mails without any evidence for half an hour go again, with the same Message-ID; optional ones are
    left.
    """
    rows = Delivery.objects.filter(
        state=DeliveryState.UNCERTAIN, lease_until__lte=at - RESEND_AFTER, message__message_class=MessageClass.MANDATORY
    ).exclude(message__expires_at__lte=at)
    ids = rows.select_for_update(skip_locked=True, of=("self",)).order_by("lease_until").values_list("pk", flat=True)
    return Delivery.objects.filter(pk__in=list(ids[:SLICE])).update(
        state=DeliveryState.PLANNED, not_before=at, lease_until=None, on_wire_at=None
    )


@transaction.atomic
def call_silent(at: datetime) -> int:
    """Handed over 72 hours ago and nothing since: "unknown" says so, and claims nothing."""
    rows = (
        Delivery.objects.filter(state=DeliveryState.HANDED_OFF, handed_off_at__lte=at - SILENCE)
        .exclude(channel=Channel.PORTAL)
        .order_by("handed_off_at")
    )
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:SLICE])
    hours = int(SILENCE.total_seconds() // 3600)
    return record_for_all(ids=ids, kind=EvidenceKind.UNKNOWN, at=at, event="silent", detail={"hours": hours})


@transaction.atomic
def cancel_late(at: datetime) -> int:
    """Waiting rows of messages past their end, whenever they would have been due."""
    rows = Delivery.objects.waiting().filter(message__expires_at__lte=at).order_by("pk")
    ids = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:SLICE])
    return cancel_expired(ids, at)


def depth(at: datetime) -> dict[str, int]:
    """How many mails are due, wait for later, are being sent or are uncertain: one count by each partial index."""
    due, waiting = Delivery.objects.due(at), Delivery.objects.waiting()
    return {
        "due": due.count(),
        "later": waiting.filter(not_before__gt=at).count(),
        "sending": Delivery.objects.filter(state=DeliveryState.SENDING).count(),
        "uncertain": Delivery.objects.filter(state=DeliveryState.UNCERTAIN).count(),
    }
