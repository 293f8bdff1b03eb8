"""Which deliveries, which evidence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from apps.delivery.enums import WAITING_STATES, Channel, DeliveryState, InboundState
from apps.delivery.rules import can_run_post_room

if TYPE_CHECKING:
    from apps.people.models import Person


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> DeliveryQuerySet:
        """The post room sees all deliveries, others their own."""
        return self if can_run_post_room(user) else self.filter(person=user)

    def in_portal_of(self, person: Person) -> DeliveryQuerySet:
        """What stands in a person's own list."""
        return self.filter(person=person, channel=Channel.PORTAL).exclude(state=DeliveryState.CANCELLED)

    def unread(self) -> DeliveryQuerySet:
        return self.exclude(state=DeliveryState.OPENED)

    def waiting(self) -> DeliveryQuerySet:
        return self.filter(state__in=WAITING_STATES)

    def due(self, at: datetime) -> DeliveryQuerySet:
        """Waiting rows whose time has come."""
        return self.filter(state__in=WAITING_STATES, not_before__lte=at)

    def lease_ended(self, at: datetime) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.SENDING, lease_until__lte=at)


class EvidenceQuerySet(models.QuerySet):
    def about(self, *, messages: list[int], person: Person) -> EvidenceQuerySet:
        """What is known of one person and these messages, in order of time."""
        return (
            self.filter(message_id__in=messages, person=person)
            .select_related("delivery", "recorded_by")
            .order_by("happened_at", "pk")
        )


class InboundQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> InboundQuerySet:
        """Other people's mail is for the post room alone."""
        return self if can_run_post_room(user) else self.none()

    def waiting(self) -> InboundQuerySet:
        """What a person has to decide about."""
        return self.filter(state__in=(InboundState.UNMATCHED, InboundState.UNREADABLE))
