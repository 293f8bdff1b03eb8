"""Status reports of the gateway of text messages: kept first, matched later, never dropped.

A report may come before we wrote down what the gateway calls the message; it waits until it belongs to a delivery. What
belongs to none, cannot be read, or says a word that nobody here knows, waits for a person.
"""

import json
from collections.abc import Mapping
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.dead_addresses import mark_dead
from apps.delivery.enums import Cause, Channel, EvidenceKind
from apps.delivery.models import Delivery, StatusReport
from apps.delivery.services import record_evidence, suppress_after
from apps.delivery.tokens import delivery_of_envelope_id
from apps.journal.enums import Origin
from apps.journal.files import open_blob, store_bytes
from apps.people.models import Person

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
SAYS_NOTHING = ("accepted", "queued", "submitted", "sending", "sent", "buffered")  # on its way: no evidence


class UnableToSettle(Exception):
    """Why a report cannot be dealt with so; the text is for people."""


@transaction.atomic
def keep(raw: bytes, at: datetime) -> StatusReport:
    """Keep a report as it came. The same bytes again are the same report."""
    blob = store_bytes(raw[:REPORT_BYTES], content_type="application/json", origin=Origin.KEPT)
    return StatusReport.objects.get_or_create(blob=blob, defaults={"received_at": at})[0]


def sweep(at: datetime) -> int:
    """Make evidence of what was kept; gives the number of settled reports. One bad report does not stop the others."""
    ids = list(StatusReport.objects.unmatched().order_by("-received_at").values_list("pk", flat=True)[:SLICE])
    return sum(settle(pk, at) for pk in ids)


@transaction.atomic
def settle(pk: int, at: datetime) -> bool:
    """True when the report was given to a delivery, or says nothing that counts; False leaves it for later. A status
    that nobody knows is kept with its delivery, for a person.
    """
    report = StatusReport.objects.unmatched().select_for_update(skip_locked=True).filter(pk=pk).first()
    if report is None:
        return False
    told = told_by(report)
    report.delivery = delivery_of(told)
    if report.delivery is None:
        return False
    word = status_in(told)
    report.settled_at = at if word in MEANING or word in SAYS_NOTHING else None
    report.save(update_fields=["delivery", "settled_at"])
    if word in MEANING:
        conclude(report, report.delivery, MEANING[word], told)
    return report.settled_at is not None


@transaction.atomic
def assign(*, report_id: int, delivery_id: int, actor: Person, at: datetime | None = None) -> StatusReport:
    """A person says which text message the report is about; what it says is then evidence. Raises UnableToSettle."""
    report = _open_report(report_id)
    told = told_by(report)
    word = status_in(told)
    if word not in MEANING:
        raise UnableToSettle(_("What it says is not known here. Put it away with a note."))
    delivery = Delivery.objects.select_related("message", "person").filter(pk=delivery_id, channel=Channel.SMS).first()
    if delivery is None:
        raise UnableToSettle(_("There is no text message with this number."))
    report.delivery, report.settled_at, report.settled_by = delivery, at or now(), actor
    report.save(update_fields=["delivery", "settled_at", "settled_by"])
    conclude(report, delivery, MEANING[word], told, actor=actor)
    return report


@transaction.atomic
def put_away(*, report_id: int, note: str, actor: Person, at: datetime | None = None) -> StatusReport:
    """A person says why nothing is to be done about it. Raises UnableToSettle."""
    report = _open_report(report_id)
    report.settled_at, report.settled_by, report.note = at or now(), actor, note
    report.save(update_fields=["settled_at", "settled_by", "note"])
    return report


def _open_report(pk: int) -> StatusReport:
    report = StatusReport.objects.select_for_update(of=("self",)).select_related("blob").get(pk=pk)
    if report.settled_at is not None:
        raise UnableToSettle(_("This report is settled already."))
    return report


def status_in(told: Mapping[str, object]) -> str:
    return str(told.get("status", "")).strip().lower()


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
    report: StatusReport,
    delivery: Delivery,
    meaning: tuple[EvidenceKind, Cause | None],
    told: Mapping[str, object],
    actor: Person | None = None,
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
        actor=actor,
        raw=report.blob,
    )
    if kind == EvidenceKind.BOUNCED_HARD:
        mark_dead(delivery, cause=cause, at=report.received_at)
    if cause:
        suppress_after(delivery=delivery, kind=kind, cause=cause, evidence=evidence, at=report.received_at)


def happened(told: Mapping[str, object], received_at: datetime) -> datetime:
    """When the gateway says it was; never later than we heard of it."""
    try:
        said = parse_datetime(str(told.get("at", "")))
    except ValueError:
        said = None
    if said is None:
        return received_at
    return min(said if timezone.is_aware(said) else timezone.make_aware(said), received_at)
