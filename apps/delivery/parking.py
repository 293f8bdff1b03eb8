"""Mails of which nobody knows whether they left; too often, and they wait for a person."""

from datetime import datetime

from apps.delivery.enums import EvidenceKind
from apps.delivery.limits import PARK_AFTER
from apps.delivery.models import Delivery, Evidence
from apps.delivery.services.evidence import project


def park_if_worn_out(row: Delivery, at: datetime, reason: str) -> bool:
    """Give up after PARK_AFTER uncertain attempts: the mail may kill its sender, or arrive anew with every try.

    In the caller's transaction, after the evidence about the last attempt; True when the row is parked.
    """
    if row.evidence.filter(kind=EvidenceKind.UNCERTAIN).count() < PARK_AFTER:
        return False
    parked = Evidence(
        message_id=row.message_id,
        person_id=row.person_id,
        delivery=row,
        kind=EvidenceKind.FAILED,
        happened_at=at,
        source_event=f"parked:{row.pk}:{row.attempts}",
        detail={"reason": reason, "attempt": row.attempts},
    )
    Evidence.objects.bulk_create([parked], ignore_conflicts=True)
    project(Delivery.objects.select_for_update().get(pk=row.pk))
    return True


def become_uncertain(row: Delivery, at: datetime) -> None:
    """One more attempt that ended with its process. After the fifth of which nobody knows the end the row is parked."""
    reason = "the sending process ended"
    fact = Evidence(
        message_id=row.message_id,
        person_id=row.person_id,
        delivery=row,
        kind=EvidenceKind.UNCERTAIN,
        happened_at=at,
        source_event=f"lease:{row.pk}:{row.attempts}",
        detail={"reason": reason, "attempt": row.attempts},
    )
    Evidence.objects.bulk_create([fact], ignore_conflicts=True)
    Delivery.objects.filter(pk=row.pk).update(lease_until=at)
    if not park_if_worn_out(row, at, reason):
        project(row)
