"""Which integrations, tokens, subscriptions and calls."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from apps.interfaces.enums import CallState
from apps.people.enums import Role

if TYPE_CHECKING:
    from apps.people.models import Person


class IntegrationQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> IntegrationQuerySet:
        """Administrators see all, others those that act in their name."""
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(owner=user)


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> TokenQuerySet:
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(integration__owner=user)

    def in_force(self, at: datetime) -> TokenQuerySet:
        """Not revoked, not run out, of an integration that is switched on and confirmed, and whose owner is active."""
        rows = self.filter(integration__is_active=True, integration__owner__is_active=True)
        rows = rows.filter(integration__confirmed_at__isnull=False)
        return rows.filter(revoked_at__isnull=True, expires_at__gt=at)


class SubscriptionQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SubscriptionQuerySet:
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(integration__owner=user)

    def in_use(self) -> SubscriptionQuerySet:
        """Switched on, of a program that is and that its owner, who is active, confirmed."""
        rows = self.filter(is_active=True, integration__is_active=True, integration__owner__is_active=True)
        return rows.filter(integration__confirmed_at__isnull=False)


class CallQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CallQuerySet:
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(subscription__integration__owner=user)

    def due(self, at: datetime) -> CallQuerySet:
        """Its time has come; or whoever was sending it has been silent too long, and sends it under the same id."""
        waits = Q(state=CallState.WAITING, not_before__lte=at)
        return self.filter(waits | Q(state=CallState.SENDING, lease_until__lt=at))
