"""What a chat service delivers to one person at most. Beyond it the service answers OK and nobody gets the message,
so rows over a limit are held here, with the reason, and go when there is room.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.conf import settings

from apps.core.calendar import office_time
from apps.delivery.claims import hold
from apps.delivery.enums import Channel, Queue
from apps.delivery.models import Delivery
from apps.delivery.quiet import earliest

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CROWDED_MINUTES = (0, 30)  # WeCom asks its callers to leave these two to the clocks of others


@dataclass
class Past:
    """What went to one person by the channel: when, and which words in which round."""

    times: list[datetime] = field(default_factory=list)
    words: set[tuple[str, int]] = field(default_factory=set)


def rests_now(channel: Channel, queue: str, at: datetime) -> bool:
    """WeCom's crowded minutes, for all that is not urgent. The rows stay due; the next sweep finds them."""
    return channel == Channel.WECOM and queue != Queue.URGENT and at.minute in CROWDED_MINUTES


def hold_over_quota(channel: Channel, rows: list[Delivery], lease: datetime, at: datetime) -> list[Delivery]:
    """Hold the claimed rows that are over a limit; gives the others."""
    if channel not in REASONS:
        return rows
    past = past_of(channel, rows, at)
    goes, held = [], defaultdict(list)
    for row in rows:
        before = past[row.person_id]
        if found := REASONS[channel](row, before, at):
            held[found].append(row.pk)
            continue
        before.times.append(at)
        before.words.add((row.content_digest, row.round))
        goes.append(row)
    for (reason, until), ids in held.items():
        hold(ids, lease, reason=reason, not_before=until)
    return goes


def past_of(channel: Channel, rows: list[Delivery], at: datetime) -> dict[int, Past]:
    """What these people got by the channel since the limit's time began (one query)."""
    since = at - HOUR if channel == Channel.WECOM else day_start(at)
    went = Delivery.objects.filter(
        person__in={row.person_id for row in rows}, channel=channel, on_wire_at__gte=since
    ).order_by("on_wire_at")
    past: dict[int, Past] = defaultdict(Past)
    for person, on_wire_at, digest, number in went.values_list("person_id", "on_wire_at", "content_digest", "round"):
        past[person].times.append(on_wire_at)
        past[person].words.add((digest, number))
    return past


Over = tuple[str, datetime]  # the reason, and from when on there is room


def over_at_wecom(row: Delivery, past: Past, at: datetime) -> Over | None:
    for reason, span, most in (
        ("quota:hour", HOUR, settings.WECOM_PER_PERSON_AN_HOUR),
        ("quota:minute", MINUTE, settings.WECOM_PER_PERSON_A_MINUTE),
    ):
        within = [moment for moment in past.times if moment > at - span]
        if most and len(within) >= most:
            return reason, within[-most] + span
    return None


def over_at_dingtalk(row: Delivery, past: Past, at: datetime) -> Over | None:
    tomorrow = earliest(row.message, day_start(at) + DAY)
    if (row.content_digest, row.round) in past.words:
        return "quota:same_text", tomorrow
    most = settings.DINGTALK_PER_PERSON_A_DAY
    return ("quota:day", tomorrow) if most and len(past.times) >= most else None


REASONS = {Channel.WECOM: over_at_wecom, Channel.DINGTALK: over_at_dingtalk}


def day_start(at: datetime) -> datetime:
    """Midnight of the office's day; both services count by the clock of China, as the office does."""
    office = office_time()
    return datetime.combine(office.day(at), time(0), office.zone)
