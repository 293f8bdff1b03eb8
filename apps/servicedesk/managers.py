"""Which services, requests, messages, certificates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from apps.people.enums import OFFICE_ROLES
from apps.servicedesk.enums import OPEN_STATES, RUNNING_STATES, RequestState

if TYPE_CHECKING:
    from apps.people.models import Person


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


class RequestQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> RequestQuerySet:
        """The office sees what was filed; others their own, drafts included. A draft is its author's alone."""
        own = Q(requester=user) | Q(filed_by=user)
        if user.has_role(*OFFICE_ROLES):
            return self.filter(own | ~Q(state=RequestState.DRAFT))
        return self.filter(own)

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
        return self.filter(Q(request__requester=user) | Q(request__filed_by=user), internal=False)


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CertificateQuerySet:
        return self if user.has_role(*OFFICE_ROLES) else self.filter(request__requester=user)
