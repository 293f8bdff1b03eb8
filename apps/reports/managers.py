"""Which subscriptions to the summary."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models

from apps.people.models import Person
from apps.reports.rules import SUMMARY_ROLES, can_give_summary

if TYPE_CHECKING:
    from apps.reports.rhythms import Due


class SubscriptionQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SubscriptionQuerySet:
        """All for those who give it to others, else one's own."""
        return self if can_give_summary(user) else self.filter(person=user)

    def active(self) -> SubscriptionQuerySet:
        return self.filter(stopped_at__isnull=True)

    def with_right(self, on: date) -> SubscriptionQuerySet:
        """Those whose person may read the summary on that day."""
        return self.filter(person__in=Person.objects.active().with_role(*SUMMARY_ROLES, on=on))

    def due(self, due: Due) -> SubscriptionQuerySet:
        """Whoever joins after the day of sending begins with the next period."""
        return self.active().filter(rhythm=due.rhythm, started_at__date__lte=due.day)
