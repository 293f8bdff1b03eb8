"""A person's own list of messages."""

from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Delivery, Evidence
from apps.delivery.services.evidence import record_evidence


def open_message(*, delivery: Delivery, at: datetime | None = None) -> Evidence:
    """The signed-in person opened the message: one of the two facts that prove reading. Again, it counts once."""
    return record_evidence(
        message=delivery.message,
        person=delivery.person,
        delivery=delivery,
        kind=EvidenceKind.OPENED,
        happened_at=at or now(),
        source_event=f"opened:{delivery.pk}",
        detail={"source": "portal"},
        actor=delivery.person,
    )


@transaction.atomic
def open_all(*, deliveries: list[Delivery], at: datetime | None = None) -> int:
    for delivery in deliveries:
        open_message(delivery=delivery, at=at)
    return len(deliveries)
