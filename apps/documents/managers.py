"""Which documents a person may see, and which wait for whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.assignments.managers import opened_to
from apps.core.clock import now
from apps.documents.enums import OPEN_STATES, PUBLISHED_STATES, Access, Direction, State, Why
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES, DeputyScope, Role

if TYPE_CHECKING:
    from apps.people.models import Person

UNIT_ROLES = (Role.UNIT_SECRETARY, Role.UNIT_HEAD)
LIMITED = (Access.RESERVED, Access.HIDDEN)
STAFF_ROLES = (Role.STAFF, Role.UNIT_SECRETARY, Role.UNIT_HEAD, *OFFICE_ROLES)
# With which post one has a paper of that direction in hand.
HAND_ROLES = {Direction.INCOMING: HANDLER_ROLES, Direction.OUTGOING: (*HANDLER_ROLES, *UNIT_ROLES)}


class ConcernedQuerySet(models.QuerySet):
    def in_force(self) -> ConcernedQuerySet:
        return self.filter(ended_at__isnull=True)

    def of_somebody(self, at: datetime) -> ConcernedQuerySet:
        """Lines that still reach anybody: a person who is there, a unit with a secretary or head."""
        day = timezone.localtime(at).date()
        posts = apps.get_model("people", "Post").objects.current(day)
        units = posts.filter(role__in=UNIT_ROLES, person__is_active=True).values("unit")
        return self.in_force().filter(Q(person__is_active=True) | Q(unit__in=units))

    def reaching(self, user: Person) -> ConcernedQuerySet:
        """Lines that name the person, somebody they stand in for, or a unit whose secretary or head they are. Who
        stands in for somebody in approvals reads what that person is asked to decide.
        """
        people, units = whom_it_reaches(user, DeputyScope.DOCUMENTS)
        deciders, their_units = whom_it_reaches(user, DeputyScope.APPROVALS)
        asked = Q(person__in=deciders) | Q(unit__in=their_units)
        return self.in_force().filter(Q(person__in=people) | Q(unit__in=units) | Q(asked, why=Why.DECIDES))


def whom_it_reaches(user: Person, scope: DeputyScope) -> tuple[list[int], list[int]]:
    """Keys of the people and of the units in whose name this person reads documents (one query)."""
    people = [user, *principals(user, scope=scope, at=now())]
    units = {post.unit_id for person in people for post in person.current_posts if post.role in UNIT_ROLES}
    return [person.pk for person in people], sorted(units)


def concerns(user: Person) -> Exists:
    rows = apps.get_model("documents", "Concerned").objects.reaching(user)
    return Exists(rows.filter(document=OuterRef("pk")))


def open_to(user: Person) -> Q | None:
    """What a person reads by its access level alone, concerned or not; None: nothing."""
    if user.has_role(*OFFICE_ROLES):
        return ~Q(access__in=LIMITED)
    if user.has_role(*STAFF_ROLES):
        return Q(access=Access.OPEN, state__in=PUBLISHED_STATES)
    return None


def own_to(user: Person) -> Q:
    """What a person reads because it concerns them, or because they have a part of it in hand."""
    return Q(concerns(user)) | Q(pk__in=opened_things(user))


def opened_things(user: Person) -> models.QuerySet:
    """Keys of the documents that a part in an assignment opens to this person, as long as it is in hand."""
    return opened_to(user, apps.get_model("documents", "Document"))


def sight(user: Person) -> Q:
    """Condition: may this active person read the document?"""
    by_level = open_to(user)
    return own_to(user) if by_level is None else own_to(user) | by_level


def sent_out(user: Person) -> DocumentQuerySet:
    """What left the house and this person may read: an answer to it may be waited for."""
    rows = apps.get_model("documents", "Document").objects.visible_to(user).outgoing()
    return rows.filter(state__in=(State.SENT, State.FILED))


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> DocumentQuerySet:
        """Who may read it: who is concerned, and by its access level the office or all staff once it is out."""
        return self.filter(sight(user)) if user.is_active else self.none()

    def with_sight(self, user: Person) -> DocumentQuerySet:
        """`seen`: may this person read it, or only know that it exists?"""
        return self.annotate(seen=Case(When(sight(user), then=True), default=False))

    def known_to(self, user: Person) -> DocumentQuerySet:
        """Also those of which the office sees that they exist: number and day, neither title nor sender."""
        if not user.is_active or not user.has_role(*OFFICE_ROLES):
            return self.visible_to(user)
        return self.filter(Q(concerns(user)) | ~Q(access=Access.HIDDEN) & ~Q(number="") | ~Q(access__in=LIMITED))

    def open(self) -> DocumentQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def incoming(self) -> DocumentQuerySet:
        return self.filter(direction=Direction.INCOMING)

    def outgoing(self) -> DocumentQuerySet:
        return self.filter(direction=Direction.OUTGOING)

    def overdue(self, at: datetime) -> DocumentQuerySet:
        return self.open().filter(due_at__lt=at)

    def left_behind(self, at: datetime) -> DocumentQuerySet:
        """Whose handler, or before the registration who signed for it, has left or holds no post for it any more."""
        people, day = apps.get_model("people", "Person").objects.active(), timezone.localtime(at).date()
        gone = Q()
        for direction, roles in HAND_ROLES.items():
            there = people.with_role(*roles, on=day).values("pk")
            gone |= Q(direction=direction) & ~Q(hand__in=there)
        return self.alias(hand=Coalesce("handler", "created_by")).filter(gone)
