"""Which forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from apps.people.enums import Role

if TYPE_CHECKING:
    from apps.people.models import Person

EDITOR_ROLES = (Role.ADMINISTRATOR, Role.DIRECTOR)


class FormQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> FormQuerySet:
        """Forms as things to work on are for those who edit them; filling one in goes through what uses it."""
        return self if user.has_role(*EDITOR_ROLES) else self.none()
