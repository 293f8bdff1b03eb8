"""Turn a set of people into planned deliveries, in SQL: no recipient passes through Python. By one channel, or each by
the first that reaches.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from apps.core.chunks import row_by_row
from apps.core.clock import now
from apps.delivery.enums import WEAK_CHANNELS, Channel
from apps.delivery.limits import CHUNK
from apps.delivery.models import Message
from apps.delivery.quiet import earliest
from apps.delivery.services.nudges import nudge
from apps.people.enums import ContactKind

# By which contact point a channel reaches a person. The portal needs none; a robot speaks to a group, not to a person.
CONTACT_OF: dict[Channel, ContactKind] = {
    Channel.MAIL: ContactKind.MAIL,
    Channel.SMS: ContactKind.PHONE,
    Channel.WECOM: ContactKind.WECOM,
    Channel.DINGTALK: ContactKind.DINGTALK,
    Channel.PUSH: ContactKind.PUSH,
}


class People(NamedTuple):
    """A query that gives person ids in its one column, with its parameters."""

    sql: str
    params: Sequence[object] = ()


NOBODY = People("SELECT NULL::bigint WHERE false")


class Planned(NamedTuple):
    planned: int
    without_address: int


class Ways(NamedTuple):
    """`planned`: new rows. `people`: how many have this round's message by which channel, from this run or an earlier
    one. `none`: whom no channel reaches now.
    """

    planned: int
    people: dict[Channel, int]
    none: int


# One chunk: the next people by id, a row for each who has a working main address of the channel, and the counts.
# `reached` counts people with an address, whether their row is new or was there from an earlier, broken-off run.
PLAN_CHUNK = """
WITH chosen AS (
    SELECT DISTINCT id FROM ({people}) AS people(id) WHERE id > %s ORDER BY id LIMIT %s
), reached AS (
    SELECT chosen.id, contact.value, (
        SELECT cause FROM delivery_suppression kept
        WHERE kept.channel = %s AND lower(kept.address) = lower(contact.value) AND kept.lifted_at IS NULL
         AND (kept.until IS NULL OR kept.until > %s) ORDER BY kept.id LIMIT 1
    ) AS cause FROM chosen
    JOIN people_contactpoint contact ON contact.person_id = chosen.id
     AND contact.kind = %s AND contact.is_primary AND contact.dead_at IS NULL
), made AS (
    INSERT INTO delivery_delivery (message_id, person_id, channel, address, round, state, queue, not_before,
                                   held_reason, attempts, last_answer, created_at)
    SELECT %s, id, %s, value, %s, CASE WHEN cause IS NULL THEN 'planned' ELSE 'held' END, %s, %s,
           coalesce('suppressed:' || cause, ''), 0, '', %s FROM reached ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT max(id) FROM chosen), (SELECT count(*) FROM chosen), (SELECT count(*) FROM reached WHERE cause IS NULL),
       (SELECT count(*) FROM made)
"""

# The same for several channels: of those a person has an address for, the first that does not rest; one by which a
# message of `arrived` is known to have arrived goes before all others. Whose addresses all rest gets a held row, and
# who has a row of this round, by whatever channel, keeps it. What was planned before is looked up as a set (IN, hashed)
# and not person by person: of a new message the planner knows nothing, and would read all its rows for each person.
PLAN_FIRST_WAY = """
WITH chosen AS MATERIALIZED (
    SELECT DISTINCT id FROM ({people}) AS people(id) WHERE id > %s ORDER BY id LIMIT %s
), there AS MATERIALIZED (
    SELECT DISTINCT ON (sent.person_id) sent.person_id AS id, sent.channel,
           sent.state = 'held' AND starts_with(sent.held_reason, 'suppressed:') AS rests
    FROM delivery_delivery sent
    WHERE sent.message_id = %s AND sent.round = %s AND sent.channel <> ALL(%s)
      AND sent.person_id BETWEEN (SELECT min(id) FROM chosen) AND (SELECT max(id) FROM chosen)
      AND (sent.person_id IN (SELECT id FROM chosen)) IS TRUE
    ORDER BY sent.person_id, rests
), missing AS MATERIALIZED (
    SELECT id FROM chosen EXCEPT SELECT id FROM there
), proved AS MATERIALIZED (
    SELECT person_id, channel FROM delivery_delivery
    WHERE message_id = ANY(%s) AND state IN ('delivered', 'seen_hint')
      AND person_id BETWEEN (SELECT min(id) FROM missing) AND (SELECT max(id) FROM missing)
), found AS (
    SELECT missing.id, way.channel, way.place, contact.value, (
        SELECT cause FROM delivery_suppression kept
        WHERE kept.channel = way.channel AND lower(kept.address) = lower(contact.value) AND kept.lifted_at IS NULL
         AND (kept.until IS NULL OR kept.until > %s) ORDER BY kept.id LIMIT 1
    ) AS cause, (missing.id, way.channel) IN (SELECT person_id, channel FROM proved) AS is_proved
    FROM missing JOIN people_contactpoint contact ON contact.person_id = missing.id
     AND contact.is_primary AND contact.dead_at IS NULL
    JOIN unnest(%s::text[], %s::text[]) WITH ORDINALITY AS way(channel, kind, place) ON way.kind = contact.kind
), first AS (
    SELECT DISTINCT ON (id) id, channel, value, cause FROM found
    ORDER BY id, cause IS NOT NULL, is_proved DESC, place
), made AS (
    INSERT INTO delivery_delivery (message_id, person_id, channel, address, round, state, queue, not_before,
                                   held_reason, attempts, last_answer, created_at)
    SELECT %s, id, channel, value, %s, CASE WHEN cause IS NULL THEN 'planned' ELSE 'held' END, %s, %s,
           coalesce('suppressed:' || cause, ''), 0, '', %s FROM first ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING 1
), counted AS (
    SELECT channel, count(*) AS people FROM (
        SELECT channel FROM first WHERE cause IS NULL UNION ALL SELECT channel FROM there WHERE NOT rests
    ) told GROUP BY channel
)
SELECT (SELECT max(id) FROM chosen), (SELECT count(*) FROM chosen), (SELECT count(*) FROM made),
       (SELECT array_agg(channel ORDER BY channel) FROM counted),
       (SELECT array_agg(people ORDER BY channel) FROM counted)
"""


def plan(
    *,
    message: Message,
    people: QuerySet | People | str,
    channel: Channel = Channel.MAIL,
    round: int = 1,
    at: datetime | None = None,
    chunk: int = CHUNK,
) -> Planned:
    """Plan `message` by `channel` for each of `people` with a working main contact point of its kind.

    `people` is a queryset or SQL that gives person ids. Safe to repeat: who has the row of this round already is left
    alone, so a run that was killed is simply run again. Each chunk is committed by itself (call it outside a
    transaction). Gives the number of new rows and of people without an address that can be written
    to: none, dead, or resting (then a held row stands for it, so nothing is silent).
    """
    at = at or now()
    not_before = earliest(message, at)
    query = people_query(people)
    statement = PLAN_CHUNK.format(people=query.sql)
    last, planned, without = 0, 0, 0
    while last is not None:
        whom = [*query.params, last, chunk, channel, at, CONTACT_OF[channel]]
        params = [*whom, message.pk, channel, round, message.queue, not_before, at]
        with transaction.atomic(), row_by_row(), connection.cursor() as cursor:
            cursor.execute(statement, params)
            last, seen, reached, made = cursor.fetchone()
        planned += made
        without += seen - reached
    nudge(message.queue, channel)
    return Planned(planned, without)


def plan_first_way(
    *,
    message: Message,
    people: QuerySet | People | str,
    channels: Sequence[Channel],
    arrived: Sequence[int] = (),
    round: int = 1,
    at: datetime | None = None,
    chunk: int = CHUNK,
) -> Ways:
    """Plan `message` once for each of `people`, by the first of `channels` that reaches the person now; what is of
    WEAK_CHANNELS among them goes beside it to everybody who has it.

    `arrived`: keys of earlier messages; a channel by which one of them arrived (delivered, or a hint of reading) is
    taken before the others. Safe to repeat and to run twice at once: a person has one row a round, whatever became of
    the addresses since. Each chunk is committed by itself, unless the caller has a transaction.
    """
    at = at or now()
    not_before = earliest(message, at)
    query = people_query(people)
    statement = PLAN_FIRST_WAY.format(people=query.sql)
    sure = [channel for channel in channels if channel in CONTACT_OF and channel not in WEAK_CHANNELS]
    kinds = {channel.value: CONTACT_OF[channel].value for channel in sure}
    how = [list(arrived), at, list(kinds), list(kinds.values())]
    row = [message.pk, round, message.queue, not_before, at]
    last, planned, seen, told = 0, 0, 0, Counter()
    while last is not None:
        with transaction.atomic(), row_by_row(), connection.cursor() as cursor:
            Message.objects.select_for_update(no_key=True).get(pk=message.pk)  # two runs would see no row of each other
            there = [message.pk, round, list(WEAK_CHANNELS)]
            cursor.execute(statement, [*query.params, last, chunk, *there, *how, *row])
            last, people_seen, made, ways, counts = cursor.fetchone()
        told.update(dict(zip(map(Channel, ways or ()), counts or (), strict=True)))
        planned, seen = planned + made, seen + people_seen
    for channel in told:
        nudge(message.queue, channel)
    for channel in [channel for channel in channels if channel in CONTACT_OF and channel not in sure]:
        plan(message=message, people=people, channel=channel, round=round, at=at, chunk=chunk)
    return Ways(planned, dict(told), seen - told.total())


def people_query(people: QuerySet | People | str) -> People:
    if isinstance(people, str):
        return People(people)
    if isinstance(people, QuerySet):
        if not people.query.values_select:
            people = people.values("pk")
        try:
            return People(*people.order_by().query.sql_with_params())
        except EmptyResultSet:  # Django sees by itself that nobody is meant
            return NOBODY
    return People(*people)
