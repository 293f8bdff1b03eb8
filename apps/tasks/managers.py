"""Which tasks, which reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope
from apps.tasks.enums import UNFINISHED, WITH_OWNER, TaskState

if TYPE_CHECKING:
    from apps.people.models import Person


def in_name_of(user: Person, at: datetime) -> list[Person]:
    """The person, and those whose tasks the person looks after for a time (one query)."""
    return [user, *principals(user, scope=DeputyScope.TASKS, at=at)]


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> TaskQuerySet:
        """The office sees all tasks; others those they own, gave, or look after for somebody."""
        if user.has_role(*OFFICE_ROLES):
            return self
        people = in_name_of(user, now())
        return self.filter(Q(owner__in=people) | Q(given_by__in=people))

    def about(self, *things: models.Model) -> TaskQuerySet:
        """The tasks of one thing, or of several of one kind, in the order in which they were given."""
        kind = ContentType.objects.get_for_model(things[0])
        return self.filter(subject_type=kind, subject_id__in=[each.pk for each in things]).order_by("given_at", "pk")

    def unfinished(self) -> TaskQuerySet:
        return self.filter(state__in=UNFINISHED)

    def finished(self) -> TaskQuerySet:
        return self.exclude(state__in=UNFINISHED)

    def to_do(self) -> TaskQuerySet:
        """What waits for its owner; a report that waits to be accepted does not."""
        return self.filter(state__in=WITH_OWNER)

    def waiting_for(self, user: Person, at: datetime) -> TaskQuerySet:
        """What `user` is to do, and the reports that `user` is to accept; also for whom `user` stands in."""
        people = in_name_of(user, at)
        to_accept = Q(state=TaskState.REPORTED, given_by__in=people)
        return self.filter(Q(state__in=WITH_OWNER, owner__in=people) | to_accept)

    def overdue(self, today: date) -> TaskQuerySet:
        """To do, and the day is over. `today` by the office calendar."""
        return self.to_do().filter(due_on__lt=today)


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ReportQuerySet:
        """As their tasks: this is what guards the files of a report."""
        tasks = self.model._meta.get_field("task").related_model.objects.visible_to(user)
        return self.filter(task__in=tasks)
