"""Which documents a person may see, and which wait for whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.clock import now
from apps.documents.enums import OPEN_STATES, PUBLISHED_STATES, Access, Direction
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role

if TYPE_CHECKING:
    from apps.people.models import Person

UNIT_ROLES = (Role.UNIT_SECRETARY, Role.UNIT_HEAD)
STAFF_ROLES = (Role.STAFF, Role.UNIT_SECRETARY, Role.UNIT_HEAD, *OFFICE_ROLES)


class ConcernedQuerySet(models.QuerySet):
    def in_force(self) -> ConcernedQuerySet:
        return self.filter(ended_at__isnull=True)

    def reaching(self, user: Person) -> ConcernedQuerySet:
        """Lines that name the person, somebody they stand in for, or a unit whose secretary or head they are."""
        people, units = whom_it_reaches(user)
        return self.in_force().filter(Q(person__in=people) | Q(unit__in=units))


def whom_it_reaches(user: Person) -> tuple[list[int], list[int]]:
    """Keys of the people and of the units in whose name this person reads documents."""
    people = [user, *principals(user, scope=DeputyScope.DOCUMENTS, at=now())]
    units = {post.unit_id for person in people for post in person.current_posts if post.role in UNIT_ROLES}
    return [person.pk for person in people], sorted(units)


def concerns(user: Person) -> Exists:
    rows = apps.get_model("documents", "Concerned").objects.reaching(user)
    return Exists(rows.filter(document=OuterRef("pk")))


def open_to(user: Person) -> Q | None:
    """What a person reads by its access level alone, concerned or not; None: nothing."""
    if user.has_role(*OFFICE_ROLES):
        return Q(access__in=[Access.OPEN, Access.INTERNAL])
    if user.has_role(*STAFF_ROLES):
        return Q(access=Access.OPEN, state__in=PUBLISHED_STATES)
    return None


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> DocumentQuerySet:
        """Who may read it: who is concerned, and by its access level the office or all staff once it is out."""
        if not user.is_active:
            return self.none()
        by_level = open_to(user)
        return self.filter(concerns(user) if by_level is None else Q(concerns(user)) | by_level)

    def known_to(self, user: Person) -> DocumentQuerySet:
        """Also those of which the office sees that they exist: number and day, neither title nor sender."""
        if not user.is_active or not user.has_role(*OFFICE_ROLES):
            return self.visible_to(user)
        return self.filter(Q(concerns(user)) | ~Q(access=Access.HIDDEN))

    def open(self) -> DocumentQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def incoming(self) -> DocumentQuerySet:
        return self.filter(direction=Direction.INCOMING)

    def outgoing(self) -> DocumentQuerySet:
        return self.filter(direction=Direction.OUTGOING)

    def overdue(self, at: datetime) -> DocumentQuerySet:
        return self.open().filter(due_at__lt=at)
