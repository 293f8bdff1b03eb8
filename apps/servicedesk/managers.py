"""Which services, requests, messages, certificates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.servicedesk.enums import OPEN_STATES, RUNNING_STATES, RequestState

if TYPE_CHECKING:
    from apps.people.models import Person

STEPS_SEEN = 2000


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


def entrusted(user: Person) -> Q | None:
    """Filed requests of those for whom `user` stands in, and those laid before `user` for a decision (at most four
    queries).
    """
    at, found = now(), None
    people = principals(user, scope=DeputyScope.REQUESTS, at=at)
    if people:
        found = Q(requester__in=people) | Q(filed_by__in=people) | Q(handler__in=people)
    if user.roles - {Role.STUDENT}:
        kind = ContentType.objects.get(app_label="servicedesk", model="request")
        steps = Step.objects.filter(subject_type=kind)
        before = steps.waiting_for(user, at) | steps.filter(Q(decided_by=user) | Q(on_behalf_of=user))
        # As a list: a sub-select inside this OR would keep PostgreSQL from using the indexes of the other parts.
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


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> MessageQuerySet:
        """Internal notes are for clerks, the director, leaders and administrators only."""
        if user.has_role(*OFFICE_ROLES):
            return self
        seen = RequestQuerySet(model=self.model._meta.get_field("request").related_model).visible_to(user)
        return self.filter(request__in=seen, internal=False)


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CertificateQuerySet:
        """The paper itself is for the office and for whom it was asked."""
        if user.has_role(*OFFICE_ROLES):
            return self
        return self.filter(Q(person=user) | Q(request__requester=user) | Q(request__filed_by=user))


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> BatchQuerySet:
        """Batches are the office's: each names many people."""
        return self if user.has_role(*OFFICE_ROLES) else self.none()
