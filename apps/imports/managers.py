"""Which batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from apps.people.enums import Role

if TYPE_CHECKING:
    from apps.people.models import Person


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> BatchQuerySet:
        """Rosters hold personal data: administrators and the director see all batches, clerks their own."""
        if user.has_role(Role.ADMINISTRATOR, Role.DIRECTOR):
            return self
        return self.filter(created_by=user) if user.has_role(Role.CLERK) else self.none()
