"""Which people, posts, deputies: the querysets of this app."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.core.clock import now
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role

if TYPE_CHECKING:
    from apps.people.models import Person, Unit


def posts() -> PostQuerySet:
    """Posts, for conditions on people; by name, because the models import this module."""
    return apps.get_model("people", "Post").objects.all()


class PersonQuerySet(models.QuerySet):
    def active(self) -> PersonQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: Person) -> PersonQuerySet:
        """The office sees everybody, a unit secretary the people of the unit, others themselves."""
        if user.has_role(*OFFICE_ROLES):
            return self
        paths = [post.unit.path for post in user.current_posts if post.role == Role.UNIT_SECRETARY]
        if not paths:
            return self.filter(pk=user.pk)
        inside = Q()
        for path in paths:
            inside |= Q(unit__path__startswith=path)
        return self.filter(Q(pk=user.pk) | Exists(posts().current().filter(inside, person=OuterRef("pk"))))

    def can_be_invited(self, at: datetime) -> PersonQuerySet:
        """Active people with an address who never signed in, have no password and no open invitation."""
        invitations = apps.get_model("people", "Invitation").objects.filter(
            person=OuterRef("pk"), used_at__isnull=True, expires_at__gt=at
        )
        # "!" is Django's mark for a password that nothing matches.
        fresh = self.active().filter(last_login__isnull=True, password__regex="^!")  # noqa: S106 (a pattern)
        return fresh.exclude(email="").filter(~Exists(invitations))

    def with_shown_posts(self) -> PersonQuerySet:
        """People with their current posts and units at hand, for lists (two queries more, whatever the number)."""
        shown = posts().current().select_related("unit").order_by("-is_main", "pk")
        return self.prefetch_related(models.Prefetch("posts", queryset=shown, to_attr="shown_posts"))

    def with_role(self, *roles: str, on: date | None = None) -> PersonQuerySet:
        return self.filter(Exists(posts().current(on).filter(role__in=roles, person=OuterRef("pk"))))

    def with_post(self, role: str, units: Collection[int], on: date | None = None) -> PersonQuerySet:
        """Who holds `role` in one of these units themselves, not in what is below them."""
        held = posts().current(on).filter(role=role, unit__in=units, person=OuterRef("pk"))
        return self.filter(Exists(held))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    """Creates people; sign-in uses the number."""

    def get_by_natural_key(self, number: str) -> Person:
        return self.get(number__iexact=number)

    def create_user(self, number: str, name: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(number=number, name=name, **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, number: str, name: str, password: str | None = None, **fields: object) -> Person:
        return self.create_user(number, name, password, is_staff=True, is_superuser=True, **fields)


class UnitQuerySet(models.QuerySet):
    def under(self, unit: Unit) -> UnitQuerySet:
        """`unit` itself and everything below it."""
        return self.filter(path__startswith=unit.path)


class PostQuerySet(models.QuerySet):
    def current(self, on: date | None = None) -> PostQuerySet:
        """Posts that are held on a day (default: today)."""
        on = on or timezone.localtime(now()).date()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class DeputyQuerySet(models.QuerySet):
    def in_force(self, at: datetime) -> DeputyQuerySet:
        return self.filter(starts_at__lte=at, ends_at__gt=at, revoked_at__isnull=True)

    def covering(self, scope: str) -> DeputyQuerySet:
        return self.filter(scope__in=[DeputyScope.ALL, scope])

    def visible_to(self, user: Person) -> DeputyQuerySet:
        if user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR):
            return self
        return self.filter(Q(principal=user) | Q(deputy=user))


class GroupQuerySet(models.QuerySet):
    def current(self, on: date) -> GroupQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def visible_to(self, user: Person) -> GroupQuerySet:
        """The office sees all groups, others those they own or are in."""
        if user.has_role(*OFFICE_ROLES):
            return self
        mine = apps.get_model("people", "Membership").objects.filter(group=OuterRef("pk"), person=user)
        return self.filter(Q(owner=user) | Exists(mine))
