"""Addresses that do not work for good: the contact point says so, and nothing is planned to it any more."""

from datetime import datetime

from django.db.models.functions import Lower

from apps.delivery.enums import Cause, Channel
from apps.delivery.models import Delivery
from apps.delivery.services.planning import CONTACT_OF
from apps.journal.services import record
from apps.people.models import ContactPoint


def mark_dead(delivery: Delivery, *, cause: Cause, at: datetime) -> None:
    """Mark the address of `delivery` as dead where its person has it. The history of the person shows why."""
    kind = CONTACT_OF.get(Channel(delivery.channel))
    points = ContactPoint.objects.alias(lowered=Lower("value")).filter(
        person=delivery.person_id, kind=kind, lowered=delivery.address.lower(), dead_at__isnull=True
    )
    for point in points.select_for_update().select_related("person"):
        ContactPoint.objects.filter(pk=point.pk).update(dead_at=at, dead_cause=cause)
        record(
            actor=None,
            verb="mark_address_dead",
            obj=point.person,
            changes={"delivery": delivery.pk, "cause": cause.value},
            internal=True,
            at=at,
        )
