"""Which integrations and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

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
        """Not revoked, not run out, of an integration that is switched on and whose owner is active."""
        rows = self.filter(integration__is_active=True, integration__owner__is_active=True)
        return rows.filter(revoked_at__isnull=True, expires_at__gt=at)
