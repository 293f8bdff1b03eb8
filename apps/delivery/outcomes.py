"""What follows from the answer of a mail server or of another channel's service."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from apps.delivery.canary import SOURCE, note_sent
from apps.delivery.causes import Verdict, classify, evidence_kind, status_in
from apps.delivery.dead_addresses import mark_dead
from apps.delivery.enums import Cause, Channel, DeliveryState, EvidenceKind
from apps.delivery.limits import RETRY_BUDGET, back_off
from apps.delivery.models import Delivery, Evidence
from apps.delivery.parking import park_if_worn_out
from apps.delivery.services.evidence import project
from apps.delivery.services.suppression import suppress_after
from apps.delivery.smtp import Answer, Fate

# Postfix and its kin: "queued as …"; Exim: "OK id=…".
QUEUED_AS = re.compile(r"(?:queued as|OK id=|id=)[ :]*<?([A-Za-z0-9._@-]{4,128})", re.IGNORECASE)


def settle(row: Delivery, answer: Answer, *, lease: datetime, at: datetime) -> None:
    """Write down one answer; the caller's transaction. A row that was taken over meanwhile only gets the evidence."""
    row.attempts += 1
    row.first_tried_at = row.first_tried_at or at
    if answer.fate == Fate.TAKEN:
        fact(row, EvidenceKind.HANDED_OFF, answer, at)
        left = {"handed_off_at": at, "remote_id": remote_id(row, answer)}
        move(row, DeliveryState.HANDED_OFF, lease=lease, lease_until=None, **left)
        note_sent(row, at)
    elif answer.fate == Fate.BROKEN:
        fact(row, EvidenceKind.UNCERTAIN, answer, at)
        move(row, DeliveryState.UNCERTAIN, lease=lease, lease_until=at)
        park_if_worn_out(row, at, "the line broke after the mail")
    elif answer.fate == Fate.REFUSED:
        refuse(row, answer, lease=lease, at=at)
    else:
        put_off(row, answer, lease=lease, at=at)


def queue_number(answer: str) -> str:
    """The receiving server's own number for the mail, from its 250 ("2.0.0 Ok: queued as 4B1C…"); "" without one."""
    found = QUEUED_AS.search(answer)
    return found[1][:128] if found else ""


def put_off(row: Delivery, answer: Answer, *, lease: datetime, at: datetime) -> None:
    """4xx: later again, until the budget of the message's class is spent."""
    if at - row.first_tried_at >= RETRY_BUDGET[row.message.message_class]:
        fact(row, EvidenceKind.FAILED, answer, at, reason="retry time spent")
        move(row, DeliveryState.FAILED, lease=lease, lease_until=None)
        return
    rest = max(back_off(row.attempts), timedelta(seconds=answer.wait))
    later = {"lease_until": None, "on_wire_at": None, "not_before": at + rest}
    move(row, DeliveryState.PLANNED, lease=lease, last_answer=answer.line, **later)


def refuse(row: Delivery, answer: Answer, *, lease: datetime, at: datetime) -> None:
    """5xx: a bounce on the spot. What says nothing about the address is "failed": nothing was handed over."""
    verdict = verdict_of(row, answer)
    kind = evidence_kind(verdict)
    if kind == EvidenceKind.BOUNCED_SOFT and verdict.cause != Cause.FULL:
        kind = EvidenceKind.FAILED
    fact(row, kind, answer, at, cause=verdict.cause.value, hard=verdict.hard)
    move(row, DeliveryState(kind.value), lease=lease, lease_until=None)
    if kind == EvidenceKind.BOUNCED_HARD:
        mark_dead(row, cause=verdict.cause, at=at)
    if kind != EvidenceKind.FAILED and row.message.source != SOURCE:
        evidence = row.evidence.filter(source_event=event(row, row.attempts)).first()
        suppress_after(delivery=row, kind=kind, cause=verdict.cause, evidence=evidence, at=at)


def verdict_of(row: Delivery, answer: Answer) -> Verdict:
    """Why it was refused: as the service says, or from the words of a mail server."""
    if row.channel == Channel.MAIL:
        return classify(status_in(answer.text), answer.line)
    return Verdict(answer.cause or Cause.OTHER, answer.hard)


def event(row: Delivery, attempt: int) -> str:
    """The name of the answer to one try."""
    return f"{'smtp' if row.channel == Channel.MAIL else row.channel}:{row.pk}:{attempt}"


class Told(NamedTuple):
    """What was answered about one row, and when."""

    row: Delivery
    answer: Answer
    at: datetime


def settle_all(told: Sequence[Told], *, lease: datetime, at: datetime) -> None:
    """Write down many answers, in the caller's transaction: one statement for all that were taken."""
    settled = settle_taken([one for one in told if one.answer.fate == Fate.TAKEN], lease, at)
    for one in told:
        if one.row.pk not in settled:
            settle(one.row, one.answer, lease=lease, at=one.at)


TAKEN = """
WITH said AS (
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::jsonb[])
        AS said(id, at, remote_id, event, detail)
), ours AS (
    UPDATE delivery_delivery row
    SET state = 'handed_off', handed_off_at = said.at, remote_id = said.remote_id, lease_until = NULL, last_answer = ''
    FROM said WHERE row.id = said.id AND row.state = 'sending' AND row.lease_until = %s
    RETURNING row.id, row.message_id, row.person_id
), facts AS (
    INSERT INTO delivery_evidence (message_id, person_id, delivery_id, kind, happened_at, recorded_at, source_event,
                                   detail)
    SELECT ours.message_id, ours.person_id, ours.id, 'handed_off', said.at, %s, said.event, said.detail
    FROM ours JOIN said USING (id) ORDER BY said.at, said.id
    ON CONFLICT DO NOTHING
)
SELECT id FROM ours
"""


def settle_taken(told: Sequence[Told], lease: datetime, at: datetime) -> set[int]:
    """Rows that were handed over and are still this sender's; gives their ids. The others are the caller's."""
    if not told:
        return set()
    lines = []
    for row, answer, answered_at in told:
        detail = json.dumps(detail_of(row, EvidenceKind.HANDED_OFF, answer, row.attempts + 1))
        lines.append((row.pk, answered_at, remote_id(row, answer), event(row, row.attempts + 1), detail))
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [*map(list, zip(*lines, strict=True)), lease, at])
        settled = {pk for (pk,) in cursor.fetchall()}
    for row, _answer, answered_at in told:
        if row.pk in settled:
            row.attempts += 1
            note_sent(row, answered_at)
    return settled


def remote_id(row: Delivery, answer: Answer) -> str:
    return answer.remote_id or (queue_number(answer.text) if row.channel == Channel.MAIL else "")


def detail_of(row: Delivery, kind: EvidenceKind, answer: Answer, attempt: int) -> dict[str, object]:
    about = {"content": row.content_digest} if kind in (EvidenceKind.HANDED_OFF, EvidenceKind.UNCERTAIN) else {}
    return about | {"code": answer.code, "answer": answer.text, "step": answer.step, "attempt": attempt}


def fact(row: Delivery, kind: EvidenceKind, answer: Answer, at: datetime, **detail: object) -> None:
    Evidence.objects.bulk_create([fact_of(row, kind, answer, at, **detail)], ignore_conflicts=True)


def fact_of(row: Delivery, kind: EvidenceKind, answer: Answer, at: datetime, **detail: object) -> Evidence:
    return Evidence(
        message_id=row.message_id,
        person_id=row.person_id,
        delivery=row,
        kind=kind,
        happened_at=at,
        source_event=event(row, row.attempts),
        detail=detail | detail_of(row, kind, answer, row.attempts),
    )


def move(row: Delivery, state: DeliveryState, *, lease: datetime, **changes: object) -> None:
    """Set the state of a row that is still this sender's. Else a receipt was quicker or the lease ended: evidence
    decides.
    """
    changes = {"last_answer": "", **changes}
    ours = Delivery.objects.filter(pk=row.pk, state=DeliveryState.SENDING, lease_until=lease)
    if ours.update(state=state, **changes) or state == DeliveryState.PLANNED:
        return
    taken_over = Delivery.objects.select_for_update().get(pk=row.pk)
    left = {name: changes[name] for name in ("handed_off_at", "remote_id") if name in changes}
    if left:
        Delivery.objects.filter(pk=row.pk).update(**left)
    project(taken_over)
