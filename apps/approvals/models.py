"""Steps of sign-off for any thing. A step is decided once; a new round has new steps.

Steps of a round with the same `order` are asked at the same time and differ by `place`; the next order is asked when
this one is done: when all of it approved, or, where one is enough (`any_of`), when the first decided.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.approvals.enums import DECISIONS, NEEDS_NOTE, StepState
from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import DeputyScope, Role
from apps.people.models import Post, Unit

if TYPE_CHECKING:
    from apps.people.models import Person


class StepQuerySet(models.QuerySet):
    def about(self, obj: models.Model) -> StepQuerySet:
        return self.filter(subject_type=ContentType.objects.get_for_model(obj), subject_id=obj.pk).order_by(
            "round", "order", "place"
        )

    def waiting_for(self, user: Person, at: datetime) -> StepQuerySet:
        """Steps that `user` may decide now: by own post, by name, or as a deputy; never about what is their own."""
        people = [user, *principals(user, scope=DeputyScope.APPROVALS, at=at)]
        mine = Q()
        for person in people:
            theirs = Q(approver=person)
            for post in person.current_posts:
                theirs |= Q(approver__isnull=True, role=post.role) & (Q(unit__isnull=True) | Q(unit=post.unit))
            mine |= theirs & ~Q(barred__contains=[person.pk])
        return self.filter(mine, ~Q(barred__contains=[user.pk]), state=StepState.ASKED)

    def asked_of_nobody(self) -> StepQuerySet:
        """Asked, and nobody can decide: the named person has left, or nobody who may holds the role. Deputies change
        nothing: they act for somebody who is there.
        """
        held = Post.objects.current().filter(person__is_active=True, role=OuterRef("role"))
        barred = Func(OuterRef("barred"), F("person_id"), function="array_position", output_field=IntegerField())
        held = held.alias(barred_at=barred).filter(barred_at__isnull=True)
        there = held.filter(unit=OuterRef("unit"))
        by_role = Q(unit__isnull=True) & ~Exists(held) | Q(unit__isnull=False) & ~Exists(there)
        gone = Q(approver__is_active=False) | Q(approver__isnull=True) & by_role
        return self.filter(gone, state=StepState.ASKED)


class Step(models.Model):
    """One sign-off: asked of a person, or of whoever holds a role (in a unit)."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT)
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    round = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=1, db_default=1)
    any_of = models.BooleanField(default=False, db_default=False)
    name = models.JSONField(_("name"), default=dict)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    # Keys of people who may not decide, nor have a deputy decide for them: it is their own matter.
    barred = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    state = models.CharField(max_length=10, choices=StepState, default=StepState.WAITING)
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "round", "order", "place"], name="approvals_step_once"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=False) | ~Q(role=""), name="approvals_step_has_approver"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECISIONS) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="approvals_decision_has_name",
            ),
            models.CheckConstraint(condition=~Q(state__in=NEEDS_NOTE) | ~Q(note=""), name="approvals_no_has_reason"),
        ]
        indexes = [
            models.Index(fields=["role", "asked_at"], name="approvals_asked", condition=Q(state=StepState.ASKED)),
            models.Index(
                fields=["subject_type", "due_at", "asked_at", "id"],
                name="approvals_asked_by_due",
                condition=Q(state=StepState.ASKED),
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.round}.{self.order}.{self.place} {self.state}"
