"""Which seals, keepers, pictures, lines and outings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.clock import now
from apps.people.enums import OFFICE_ROLES, Role
from apps.seals.enums import HandoverState, KeeperRole, SealState, UseState

if TYPE_CHECKING:
    from apps.people.models import Person


def kept_by(user: Person, at: datetime, seal: str = "seal") -> Exists:
    """Condition: `user` keeps the seal, or stands in for its keeper, at `at`."""
    rows = apps.get_model("seals", "Keeping").objects.in_force(at)
    return Exists(rows.filter(seal=OuterRef(seal), person=user))


class KeepingQuerySet(models.QuerySet):
    def in_force(self, at: datetime) -> KeepingQuerySet:
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)

    def keepers(self) -> KeepingQuerySet:
        return self.filter(role=KeeperRole.KEEPER)

    def stand_ins(self) -> KeepingQuerySet:
        return self.filter(role=KeeperRole.STAND_IN)


class SealQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SealQuerySet:
        """The register is the office's; others see the seals that they keep, or are to take over."""
        if user.has_role(*OFFICE_ROLES):
            return self
        handovers = apps.get_model("seals", "Handover").objects.filter(state=HandoverState.GIVEN, taker=user)
        return self.filter(kept_by(user, now(), "pk") | Exists(handovers.filter(seal=OuterRef("pk"))))

    def usable(self) -> SealQuerySet:
        return self.filter(state=SealState.IN_USE)


class SpecimenQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SpecimenQuerySet:
        """Whoever has the seal in hand has its picture; besides them only the director."""
        if user.has_role(Role.DIRECTOR):
            return self
        return self.filter(kept_by(user, now()))


class SealUseQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SealUseQuerySet:
        """The office, who keeps the seal, and who asked for it to be used."""
        if user.has_role(*OFFICE_ROLES):
            return self
        return self.filter(Q(requested_by=user) | Q(barred__contains=[user.pk]) | Q(kept_by(user, now())))

    def about(self, obj: models.Model) -> SealUseQuerySet:
        """The lines of one thing, oldest first."""
        kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(obj)
        return self.filter(subject_type=kind, subject_id=obj.pk).order_by("asked_at", "pk")

    def open(self) -> SealUseQuerySet:
        return self.filter(state=UseState.OPEN)

    def pressed(self) -> SealUseQuerySet:
        """Closed, and the seal is really on the paper: a line may also be closed with words and no impression."""
        return self.filter(state=UseState.CLOSED, made__gte=1)


class OutingQuerySet(models.QuerySet):
    def out(self) -> OutingQuerySet:
        return self.filter(returned_at__isnull=True)

    def overdue(self, at: datetime) -> OutingQuerySet:
        return self.out().filter(due_at__lt=at)
