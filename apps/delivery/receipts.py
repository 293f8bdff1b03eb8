"""Ask DingTalk what became of its tasks, while it still knows: who could not be reached, who has it, who read it.

Reading there is a hint: it never closes anything.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from apps.delivery.channels.dingtalk import WINDOW, ask_result
from apps.delivery.channels.http import LineBroke, Reply
from apps.delivery.dead_addresses import mark_dead
from apps.delivery.enums import Cause, Channel, DeliveryState, EvidenceKind
from apps.delivery.models import Delivery, Evidence
from apps.delivery.services import record_evidence, suppress_after
from apps.delivery.smtp import RelayAway
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Blob

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=30)
OFTEN, SELDOM = 5, 60  # minutes between two questions about a task: fresh, older
MOST_TASKS = 100  # asked in one run
FORBIDDEN = "forbidden_user_id_list"
MEANING: dict[str, tuple[EvidenceKind, Cause | None]] = {
    "invalid_user_id_list": (EvidenceKind.BOUNCED_HARD, Cause.DEAD),
    FORBIDDEN: (EvidenceKind.BLOCKED, Cause.POLICY),
    "failed_user_id_list": (EvidenceKind.BOUNCED_SOFT, Cause.OTHER),
    "unread_user_id_list": (EvidenceKind.DELIVERED, None),
    "read_user_id_list": (EvidenceKind.SEEN_HINT, None),
}
OPEN_STATES = (DeliveryState.HANDED_OFF, DeliveryState.DELIVERED, DeliveryState.UNCERTAIN, DeliveryState.UNKNOWN)


def sweep(at: datetime) -> int:
    """Ask about the tasks whose turn it is; gives their number. When the service is away the rest waits a minute."""
    asked = 0
    for task in tasks_to_ask(at):
        try:
            reply = ask_result(task)
        except (RelayAway, LineBroke) as error:
            log.warning("receipts_not_asked", task=task, error=str(error))
            break
        note(task, reply, at)
        asked += 1
    return asked


def tasks_to_ask(at: datetime) -> list[str]:
    """Tasks with rows of which more may be known: every 5 minutes in the first half hour, then every hour."""
    minute = int(at.timestamp() // 60)
    if minute % OFTEN:
        return []
    since = at - (WINDOW if minute % SELDOM == 0 else FRESH)
    rows = Delivery.objects.filter(
        channel=Channel.DINGTALK, state__in=OPEN_STATES, handed_off_at__gte=since, remote_id__gt=""
    )
    return list(rows.values_list("remote_id", flat=True).distinct().order_by("remote_id")[:MOST_TASKS])


@transaction.atomic
def note(task: str, reply: Reply, at: datetime) -> int:
    """Write down what is new in an answer, with the answer itself; gives the number of new facts."""
    result = reply.data.get("send_result")
    if reply.code or not isinstance(result, dict):
        log.warning("receipts_without_result", task=task, answer=reply.text)
        return 0
    rows = Delivery.objects.filter(channel=Channel.DINGTALK, remote_id=task).select_related("message", "person")
    by_name = {row.address: row for row in rows}
    facts = {event(task, row, key): (row, key, code) for row, key, code in told(result, by_name)}
    known = set(Evidence.objects.filter(source_event__in=facts).values_list("source_event", flat=True))
    new = {name: fact for name, fact in facts.items() if name not in known}
    blob = store_bytes(reply.raw, content_type="application/json", origin=Origin.KEPT) if new else None
    for name, (row, key, code) in new.items():
        conclude(row, key, code, name, blob, at)
    return len(new)


def told(result: dict[str, object], by_name: dict[str, Delivery]) -> Iterator[tuple[Delivery, str, str]]:
    """(row, list, why): the lists, then who was stopped by a limit and by which (`forbidden_list`), which some answers
    give in place of the names alone.
    """
    for key in MEANING:
        for name in names_in(result.get(key)):
            if row := by_name.get(name):
                yield row, key, ""
    stopped = result.get("forbidden_list")
    for one in stopped if isinstance(stopped, list) else []:
        if isinstance(one, dict) and (row := by_name.get(str(one.get("userid")))):
            yield row, FORBIDDEN, str(one.get("code") or "")[:40]


def names_in(value: object) -> list[str]:
    """A list of names, or the names in one text with commas."""
    names = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [str(name).strip() for name in names]


def event(task: str, row: Delivery, key: str) -> str:
    return f"dingtalk:{task[:64]}:{row.pk}:{key.removesuffix('_user_id_list')}"


def conclude(row: Delivery, key: str, code: str, name: str, blob: Blob | None, at: datetime) -> None:
    kind, cause = MEANING[key]
    detail = {"source": "getsendresult", "list": key} | ({"code": code} if code else {})
    evidence = record_evidence(
        message=row.message,
        person=row.person,
        delivery=row,
        kind=kind,
        happened_at=at,
        source_event=name,
        detail=detail | ({"cause": cause.value} if cause else {}),
        raw=blob,
    )
    # "Forbidden" speaks of the day's limit or of the same words, not of the person: only an unknown id rests.
    if kind == EvidenceKind.BOUNCED_HARD:
        mark_dead(row, cause=cause, at=at)
        suppress_after(delivery=row, kind=kind, cause=cause, evidence=evidence, at=at)
