"""Which services, requests, messages, certificates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.servicedesk.enums import OPEN_STATES, RUNNING_STATES, RequestState
from apps.tasks.enums import TaskState
from apps.tasks.models import Task

if TYPE_CHECKING:
    from apps.people.models import Person

STEPS_SEEN = 2000
TAKEN_PART_SEEN = 2000


class ServiceQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ServiceQuerySet:
        """Services on offer that this person's roles may ask for; the office sees all that are offered."""
        offered = self.filter(is_active=True)
        if user.is_office:
            return offered
        mine = Q(roles=[])
        for role in user.roles:
            mine |= Q(roles__contains=[role])
        return offered.filter(mine)


def own(user: Person) -> Q:
    return Q(requester=user) | Q(filed_by=user)


def taking_part(user: Person) -> list[int]:
    """Keys of the requests that `user` takes part in beside the requester, or has a task about that opens the whole
    request, the newest first (one query).
    """
    kind = ContentType.objects.get_by_natural_key("servicedesk", "request")
    added = apps.get_model("servicedesk", "Participant").objects.filter(person=user, ended_at__isnull=True)
    given = Task.objects.filter(owner=user, shows_subject=True, subject_type=kind).exclude(state=TaskState.CANCELLED)
    keys = added.values_list("request_id").union(given.values_list("subject_id"))
    return [key for (key,) in keys.order_by("-request_id")[:TAKEN_PART_SEEN]]


def entrusted(user: Person) -> Q | None:
    """Filed requests of those for whom `user` stands in, those laid before `user` for a decision, and those that `user`
    takes part in (at most five queries).
    """
    at, found = now(), None
    # As lists: a sub-select inside these ORs would keep PostgreSQL from using the indexes of the other parts.
    part = taking_part(user)
    if part:
        found = Q(pk__in=part)
    people = principals(user, scope=DeputyScope.REQUESTS, at=at)
    if people:
        theirs = Q(requester__in=people) | Q(filed_by__in=people) | Q(handler__in=people)
        found = theirs | found if found else theirs
    if user.roles - {Role.STUDENT}:
        kind = ContentType.objects.get(app_label="servicedesk", model="request")
        steps = Step.objects.filter(subject_type=kind)
        before = steps.waiting_for(user, at) | steps.filter(Q(decided_by=user) | Q(on_behalf_of=user))
        keys = list(before.values_list("subject_id", flat=True)[:STEPS_SEEN])
        if keys:
            found = Q(pk__in=keys) | (found or Q())
    return found and found & ~Q(state=RequestState.DRAFT)


class RequestQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> RequestQuerySet:
        """The office sees what was filed; others their own, what they stand in for, and what they are asked to decide.

        A draft is its author's alone.
        """
        if user.has_role(*OFFICE_ROLES):
            return self.filter(own(user) | ~Q(state=RequestState.DRAFT))
        more = entrusted(user)
        return self.filter(own(user) | more if more else own(user))

    def open(self) -> RequestQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def running(self) -> RequestQuerySet:
        return self.filter(state__in=RUNNING_STATES)

    def overdue(self, at: datetime) -> RequestQuerySet:
        """Running and past the due time: a paused request is never late while it waits for the requester."""
        return self.running().filter(due_at__lt=at)

    def unassigned(self) -> RequestQuerySet:
        return self.running().filter(handler__isnull=True)


class RecurrenceQuerySet(models.QuerySet):
    def concerning(self, user: Person) -> RecurrenceQuerySet:
        """Kept by this person, or made in the person's name."""
        return self.filter(Q(kept_by=user) | Q(origin__requester=user))

    def visible_to(self, user: Person) -> RecurrenceQuerySet:
        return self if user.has_role(*OFFICE_ROLES) else self.concerning(user)


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> MessageQuerySet:
        """Internal notes are for clerks, the director, leaders and administrators only."""
        if user.has_role(*OFFICE_ROLES):
            return self
        seen = RequestQuerySet(model=self.model._meta.get_field("request").related_model).visible_to(user)
        return self.filter(request__in=seen, internal=False)


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CertificateQuerySet:
        """The paper itself is for the office, for whom it was asked, and for participants who were let."""
        if user.has_role(*OFFICE_ROLES):
            return self
        let = apps.get_model("servicedesk", "Participant").objects.filter(person=user, ended_at__isnull=True)
        keys = list(let.filter(sees_papers=True).values_list("request_id", flat=True)[:TAKEN_PART_SEEN])
        return self.filter(Q(request__requester=user) | Q(request__filed_by=user) | Q(request__in=keys))
