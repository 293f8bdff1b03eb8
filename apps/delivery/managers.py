"""Which deliveries, which evidence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from apps.delivery.enums import SUPPRESSED, WAITING_STATES, Channel, DeliveryState, InboundState
from apps.delivery.rules import can_keep_robots, can_run_post_room

if TYPE_CHECKING:
    from apps.delivery.models import GroupRobot
    from apps.people.models import Person


PATIENCE = timedelta(minutes=5)  # a report may come before we know what the gateway calls the message


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
        """Waiting rows whose time has come; not those whose address rests."""
        rows = self.filter(state__in=WAITING_STATES, not_before__lte=at)
        return rows.exclude(state=DeliveryState.HELD, held_reason__startswith=SUPPRESSED)

    def lease_ended(self, at: datetime) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.SENDING, lease_until__lte=at)


class SuppressionQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SuppressionQuerySet:
        """All for the post room, nothing for others: addresses are personal."""
        return self if can_run_post_room(user) else self.none()

    def active(self, at: datetime) -> SuppressionQuerySet:
        """In force at this moment."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), lifted_at__isnull=True)

    def ended(self, at: datetime) -> SuppressionQuerySet:
        """Over, and not closed yet by the sweep."""
        return self.filter(lifted_at__isnull=True, until__lte=at)


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


class RobotQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> RobotQuerySet:
        """Who may post to a group at all, for those who answer for it."""
        return self if can_keep_robots(user) else self.none()

    def active(self) -> RobotQuerySet:
        return self.filter(is_active=True)

    def at_address(self, address: str) -> GroupRobot | None:
        """The robot that a delivery's address names ("robot:12")."""
        number = address.removeprefix("robot:")
        return self.filter(pk=int(number)).first() if number.isdigit() else None


class BrowserQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> BrowserQuerySet:
        """Everybody's own; nobody needs another person's."""
        return self.filter(person=user)

    def active(self) -> BrowserQuerySet:
        return self.filter(ended_at__isnull=True)


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ReportQuerySet:
        """They hold numbers of telephones: for the post room alone."""
        return self if can_run_post_room(user) else self.none()

    def unsettled(self) -> ReportQuerySet:
        return self.filter(settled_at__isnull=True)

    def unmatched(self) -> ReportQuerySet:
        return self.unsettled().filter(delivery__isnull=True)

    def waiting(self, at: datetime) -> ReportQuerySet:
        """What a person has to decide about: the sweep has had its time, or cannot say what a status means."""
        return self.unsettled().filter(Q(delivery__isnull=False) | Q(received_at__lte=at - PATIENCE))
