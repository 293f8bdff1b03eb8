"""Status reports of the gateway of text messages: kept first, matched later, never dropped.

A report may come before we wrote down what the gateway calls the message; it waits until it belongs to a delivery.
"""

import json
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.delivery.dead_addresses import mark_dead
from apps.delivery.enums import Cause, Channel, EvidenceKind
from apps.delivery.models import Delivery, StatusReport
from apps.delivery.services import record_evidence, suppress_after
from apps.delivery.tokens import delivery_of_envelope_id
from apps.journal.files import open_blob, store_bytes

log = structlog.get_logger(__name__)

REPORT_BYTES = 16 * 2**10
SLICE = 500
MEANING: dict[str, tuple[EvidenceKind, Cause | None]] = {
    "delivered": (EvidenceKind.DELIVERED, None),
    "failed": (EvidenceKind.BOUNCED_SOFT, Cause.OTHER),
    "undelivered": (EvidenceKind.BOUNCED_SOFT, Cause.OTHER),
    "expired": (EvidenceKind.BOUNCED_SOFT, Cause.EXPIRED),
    "unknown_number": (EvidenceKind.BOUNCED_HARD, Cause.DEAD),
    "invalid_number": (EvidenceKind.BOUNCED_HARD, Cause.DEAD),
    "rejected": (EvidenceKind.BLOCKED, Cause.BLOCKED),
    "blocked": (EvidenceKind.BLOCKED, Cause.BLOCKED),
}


@transaction.atomic
def keep(raw: bytes, at: datetime) -> StatusReport:
    """Keep a report as it came. The same bytes again are the same report."""
    blob = store_bytes(raw[:REPORT_BYTES], content_type="application/json")
    return StatusReport.objects.get_or_create(blob=blob, defaults={"received_at": at})[0]


def sweep(at: datetime) -> int:
    """Make evidence of what was kept; gives the number of settled reports. One bad report does not stop the others."""
    ids = list(StatusReport.objects.unsettled().order_by("-received_at").values_list("pk", flat=True)[:SLICE])
    return sum(settle(pk, at) for pk in ids)


@transaction.atomic
def settle(pk: int, at: datetime) -> bool:
    """True when the report was given to a delivery, or says nothing that counts; False leaves it for later."""
    report = StatusReport.objects.unsettled().select_for_update(skip_locked=True).filter(pk=pk).first()
    if report is None:
        return False
    told = told_by(report)
    delivery = delivery_of(told)
    if delivery is None:
        return False
    report.delivery, report.settled_at = delivery, at
    report.save(update_fields=["delivery", "settled_at"])
    meaning = MEANING.get(str(told.get("status", "")).lower())
    if meaning:
        conclude(report, delivery, meaning, told)
    return True


def told_by(report: StatusReport) -> dict[str, object]:
    """What a report says; {} when it cannot be read."""
    try:
        with open_blob(report.blob) as content:
            told = json.loads(content.read())
    except (ValueError, OSError):
        log.warning("report_unreadable", report=report.pk)
        return {}
    return told if isinstance(told, dict) else {}


def delivery_of(told: dict[str, object]) -> Delivery | None:
    """By our own signed reference, else by the gateway's number."""
    ours = Delivery.objects.filter(channel=Channel.SMS)
    if number := delivery_of_envelope_id(str(told.get("reference", ""))):
        return ours.filter(pk=number).first()
    theirs = str(told.get("id") or "")
    return ours.filter(remote_id=theirs).first() if theirs else None


def conclude(
    report: StatusReport, delivery: Delivery, meaning: tuple[EvidenceKind, Cause | None], told: dict[str, object]
) -> None:
    kind, cause = meaning
    detail = {"status": str(told.get("status"))[:40], "answer": str(told.get("detail", ""))[:300]}
    evidence = record_evidence(
        message=delivery.message,
        person=delivery.person,
        delivery=delivery,
        kind=kind,
        happened_at=happened(told, report.received_at),
        source_event=f"sms-report:{report.pk}",
        detail=detail | ({"cause": cause.value} if cause else {}),
        raw=report.blob,
    )
    if kind == EvidenceKind.BOUNCED_HARD:
        mark_dead(delivery, cause=cause, at=report.received_at)
    if cause:
        suppress_after(delivery=delivery, kind=kind, cause=cause, evidence=evidence, at=report.received_at)


def happened(told: dict[str, object], received_at: datetime) -> datetime:
    """When the gateway says it was; never later than we heard of it."""
    try:
        said = parse_datetime(str(told.get("at", "")))
    except ValueError:
        said = None
    if said is None:
        return received_at
    return min(said if timezone.is_aware(said) else timezone.make_aware(said), received_at)
