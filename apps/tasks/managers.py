"""Which tasks, which reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES, DeputyScope
from apps.tasks.enums import UNFINISHED, WITH_OWNER, TaskState

if TYPE_CHECKING:
    from apps.people.models import Person


def in_name_of(user: Person, at: datetime) -> list[Person]:
    """The person, and those whose tasks the person looks after for a time (one query)."""
    return [user, *principals(user, scope=DeputyScope.TASKS, at=at)]


@cache
def kinds_with_handler() -> tuple[type[models.Model], ...]:
    """The kinds of things that somebody has: their model has a person as `handler`."""
    person = get_user_model()
    fields = {kind: {each.name: each for each in kind._meta.fields} for kind in apps.get_models()}
    return tuple(
        kind for kind, known in fields.items() if "handler" in known and known["handler"].related_model is person
    )


def stands_for_giver(user: Person, people: Sequence[Person]) -> Q:
    """Nobody is there who gave it, and one of `people` has the thing that it is about; what nobody has, `user` as every
    handler.
    """
    having = Q(handler__in=people)
    if user.has_role(*HANDLER_ROLES):
        having |= Q(handler__isnull=True)
    theirs = Q(pk__in=[])
    for kind in kinds_with_handler():
        thing = kind._default_manager.filter(having, pk=OuterRef("subject_id"))
        theirs |= Q(Exists(thing), subject_type=ContentType.objects.get_for_model(kind))
    return (Q(given_by__isnull=True) | Q(given_by__is_active=False)) & theirs


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

    def to_accept(self, user: Person, people: Sequence[Person]) -> TaskQuerySet:
        """Reports that `user` is to accept, for `people` (self among them): by who gave the task; where that is a rule,
        or somebody who has left, by who has the thing it is about.
        """
        by_giver = Q(given_by__in=people) | stands_for_giver(user, people)
        return self.filter(by_giver, state=TaskState.REPORTED)

    def waiting_for(self, user: Person, at: datetime) -> TaskQuerySet:
        """What `user` is to do, and the reports that `user` is to accept; also for whom `user` stands in."""
        people = in_name_of(user, at)
        to_accept = self.to_accept(user, people).values("pk")
        return self.filter(Q(state__in=WITH_OWNER, owner__in=people) | Q(pk__in=to_accept))

    def overdue(self, today: date) -> TaskQuerySet:
        """To do, and the day is over. `today` by the office calendar."""
        return self.to_do().filter(due_on__lt=today)


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ReportQuerySet:
        """As their tasks: this is what guards the files of a report."""
        tasks = self.model._meta.get_field("task").related_model.objects.visible_to(user)
        return self.filter(task__in=tasks)
