"""Not more messages a minute to one receiving domain, or from one account, than the settings allow: token buckets in
the database, shared by all sending processes. A limit of 0 asks nothing.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from apps.delivery.claims import domain, give_back_in_turn
from apps.delivery.enums import Channel
from apps.delivery.models import Delivery, PaceBucket

BURST_SECONDS = 10

# Fill up for the time that went by, then take what is there, up to what is wanted.
TAKE = """
WITH level AS (
    SELECT key, least(%(most)s, tokens + %(rate)s * greatest(extract(epoch FROM %(at)s - refilled_at), 0)) AS tokens
    FROM delivery_pacebucket WHERE key = %(key)s FOR UPDATE
)
UPDATE delivery_pacebucket bucket
SET tokens = level.tokens - least(%(wanted)s, floor(level.tokens)), refilled_at = greatest(refilled_at, %(at)s)
FROM level WHERE bucket.key = level.key
RETURNING least(%(wanted)s, floor(level.tokens))::int, bucket.tokens
"""


def take(key: str, wanted: int, per_minute: int, at: datetime) -> tuple[int, float]:
    """Take up to `wanted` tokens of the bucket `key`: how many were there, and the seconds until the next one. One
    statement; two more the first time.
    """
    rate = per_minute / 60
    values = {"key": key, "most": max(rate * BURST_SECONDS, 1.0), "rate": rate, "at": at, "wanted": wanted}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        found = cursor.fetchone()
        if found is None:
            PaceBucket.objects.bulk_create(
                [PaceBucket(key=key, tokens=values["most"], refilled_at=at)], ignore_conflicts=True
            )
            cursor.execute(TAKE, values)
            found = cursor.fetchone()
    granted, tokens = found
    return granted, (1 - tokens) / rate


def within_pace(rows: list[Delivery], at: datetime) -> list[Delivery]:
    """The claimed rows that may go now; the others wait, one after the other, until there is room."""
    for per_minute, key_of in limits(Channel(rows[0].channel)):
        if per_minute and rows:
            rows = within(rows, per_minute, key_of, at)
    return rows


def limits(channel: Channel) -> list[tuple[int, Callable[[Delivery], str]]]:
    """(messages a minute, how a row's bucket is called): the receiving domain first, then the account."""
    account = settings.PACE_A_MINUTE.get(channel, 0)
    if channel == Channel.MAIL:
        by_domain = (settings.MAIL_PER_DOMAIN_A_MINUTE, lambda row: f"domain:{domain(row)}")
        return [by_domain, (account, lambda row: "sender:mail")]
    if channel == Channel.ROBOT:
        return [(account, lambda row: row.address)]
    return [(account, lambda row: f"sender:{row.channel}")]


def within(rows: list[Delivery], per_minute: int, key_of: Callable[[Delivery], str], at: datetime) -> list[Delivery]:
    by_key: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_key[key_of(row)].append(row)
    goes = []
    with transaction.atomic():
        for key in sorted(by_key):  # always in this order, so that two senders never wait for each other
            mine = by_key[key]
            granted, wait = take(key, len(mine), per_minute, at)
            goes += mine[:granted]
            first, step = at + timedelta(seconds=wait), timedelta(seconds=60 / per_minute)
            give_back_in_turn([row.pk for row in mine[granted:]], rows[0].lease_until, first=first, step=step)
    return goes
