"""Who sends which rows: claim a batch with a lease, keep it, give rows back. Two senders never hold one row.

A claim is the value of `lease_until`: every later write asks for that very value, so a sender that was frozen until its
lease ended and was taken over writes nothing and sends nothing more.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from apps.delivery.enums import Channel, DeliveryState, EvidenceKind
from apps.delivery.limits import BATCH, LEASE
from apps.delivery.models import Delivery, Message
from apps.delivery.services import hold_suppressed, record_for_all
from apps.delivery.smtp import ANSWER_LENGTH
from apps.people.models import Person


@contextmanager
def only_sender(queue: str, channel: Channel = Channel.MAIL) -> Iterator[bool]:
    """True when nobody else sends this queue by this channel now, so that a service that hangs holds up no other. The
    lock goes with the connection, so a killed sender holds nothing.
    """
    key = zlib.crc32(f"delivery.send:{queue}:{channel.value}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def claim(queue: str, at: datetime, channel: Channel = Channel.MAIL, limit: int = BATCH) -> list[Delivery]:
    """Take the next due rows of a queue and channel, committed, sorted by the receiving domain. Messages past their
    end are cancelled.
    """
    with transaction.atomic():
        due = Delivery.objects.due(at).filter(queue=queue, channel=channel).order_by("not_before", "pk")
        rows = with_people(list(due.select_for_update(skip_locked=True)[:limit]))
        late = [row.pk for row in rows if row.message.expires_at and row.message.expires_at <= at]
        if late:
            cancel_expired(late, at)
        kept = set(late) | hold_suppressed([row for row in rows if row.pk not in set(late)], at, channel)
        rows = [row for row in rows if row.pk not in kept]
        lease = at + LEASE
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=DeliveryState.SENDING, lease_until=lease, on_wire_at=None, held_reason=""
        )
    for row in rows:
        row.state, row.lease_until = DeliveryState.SENDING, lease
    return sorted(rows, key=domain)


def with_people(rows: list[Delivery]) -> list[Delivery]:
    """The rows with their messages, of which a batch has few, and with what a mail says of the person."""
    messages = Message.objects.in_bulk({row.message_id for row in rows})
    people = Person.objects.only("language", "name", "name_en").in_bulk({row.person_id for row in rows} - {None})
    for row in rows:
        row.message = messages[row.message_id]
        row.person = people[row.person_id] if row.person_id else None
    return rows


def domain(row: Delivery) -> str:
    return row.address.rpartition("@")[2].lower()


def cancel_expired(ids: list[int], at: datetime) -> int:
    """Their message is past its end: they are not sent any more. The caller holds the rows locked and unsent."""
    return record_for_all(
        ids=ids, kind=EvidenceKind.CANCELLED, at=at, event="expired", detail={"reason": "message expired"}
    )


def held_rows(ids: list[int], lease: datetime) -> Q:
    """The rows that are still this sender's."""
    return Q(pk__in=ids, state=DeliveryState.SENDING, lease_until=lease)


ON_WIRE = """
UPDATE delivery_delivery row
SET on_wire_at = %s, lease_until = %s, attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, %s),
    content_digest = given.digest
FROM unnest(%s::bigint[], %s::text[]) AS given(id, digest)
WHERE row.id = given.id AND row.state = 'sending' AND row.lease_until = %s
RETURNING row.id
"""


def put_on_wire(rows: Sequence[Delivery], lease: datetime, at: datetime) -> tuple[list[Delivery], datetime]:
    """Say that the network calls for `rows` begin, with which words (`content_digest`): the rows that are still ours,
    and their new, longer lease. In the caller's transaction, to be committed before the first call.
    """
    longer = at + LEASE
    ids, digests = [row.pk for row in rows], [row.content_digest for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(ON_WIRE, [at, longer, at, ids, digests, lease])
        ours = {pk for (pk,) in cursor.fetchall()}
    return [row for row in rows if row.pk in ours], longer


IN_TURN = """
UPDATE delivery_delivery row
SET state = 'planned', lease_until = NULL, on_wire_at = NULL, not_before = %s + (turn.place - 1) * %s::interval
FROM unnest(%s::bigint[]) WITH ORDINALITY AS turn(id, place)
WHERE row.id = turn.id AND row.state = 'sending' AND row.lease_until = %s
"""


def give_back_in_turn(ids: list[int], lease: datetime, *, first: datetime, step: timedelta) -> None:
    """Rows that were claimed and not sent wait again, each `step` longer than the one before."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(IN_TURN, [first, step, ids, lease])


def hold(ids: list[int], lease: datetime, *, reason: str, not_before: datetime) -> int:
    """Rows that the service would swallow wait, and say why."""
    return Delivery.objects.filter(held_rows(ids, lease)).update(
        state=DeliveryState.HELD, held_reason=reason, lease_until=None, on_wire_at=None, not_before=not_before
    )


def undo_tries(rows: list[Delivery], lease: datetime, *, not_before: datetime, answer: str) -> None:
    """Nobody heard of these rows: that was no try, and their time has not begun. They wait again."""
    never = [row.pk for row in rows if row.first_tried_at is None]
    mine = Delivery.objects.filter(held_rows([row.pk for row in rows], lease))
    mine.filter(pk__in=never).update(first_tried_at=None)
    mine.update(
        state=DeliveryState.PLANNED,
        attempts=F("attempts") - 1,
        lease_until=None,
        on_wire_at=None,
        not_before=not_before,
        last_answer=answer[:ANSWER_LENGTH],
    )


def give_back(ids: list[int], lease: datetime, *, not_before: datetime, answer: str = "") -> int:
    """Rows that were claimed and not sent wait again."""
    changes: dict[str, object] = {"last_answer": answer} if answer else {}
    return Delivery.objects.filter(held_rows(ids, lease)).update(
        state=DeliveryState.PLANNED, lease_until=None, on_wire_at=None, not_before=not_before, **changes
    )
