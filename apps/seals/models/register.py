"""The register: seals, who keeps them from when to when, what they look like, and how they change hands."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.enums import Category
from apps.core.text import localized
from apps.people.models import Unit
from apps.seals.enums import (
    HANDOVER_COLOURS,
    SEAL_CATEGORY,
    SEAL_COLOURS,
    SEAL_MOVES,
    HandoverState,
    KeeperRole,
    SealKind,
    SealState,
)
from apps.seals.managers import KeepingQuerySet, SealQuerySet, SpecimenQuerySet


class Seal(models.Model):
    """A seal or a signature stamp. It is never deleted: one that is destroyed stays in the register with its papers."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.JSONField(pgettext_lazy("thing", "name"), default=dict)
    kind = models.CharField(_("kind"), max_length=20, choices=SealKind)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+", verbose_name=_("unit"))
    kept_at = models.CharField(_("where it is kept"), max_length=120, blank=True)
    used_since = models.DateField(_("taken into use on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=SealState, default=SealState.IN_USE)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = SealQuerySet.as_manager()

    class Meta:
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return localized(self.name) or self.code

    def get_absolute_url(self) -> str:
        return reverse("seals:detail", args=[self.pk])

    @property
    def colour(self) -> str:
        return SEAL_COLOURS[SealState(self.state)]

    @property
    def is_usable(self) -> bool:
        return SEAL_CATEGORY[SealState(self.state)] == Category.RUNNING

    @property
    def next_states(self) -> tuple[SealState, ...]:
        return SEAL_MOVES[SealState(self.state)]


class Keeping(models.Model):
    """Who has a seal in their care from when to when: one keeper at a time, and for a while a stand-in."""

    seal = models.ForeignKey(Seal, on_delete=models.RESTRICT, related_name="keepings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="seal_keepings")
    role = models.CharField(max_length=10, choices=KeeperRole)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")

    objects = KeepingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="seals_keeping_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(role=KeeperRole.KEEPER) | Q(ends_at__isnull=False), name="seals_stand_in_has_end"
            ),
            models.UniqueConstraint(
                fields=["seal"],
                condition=Q(role=KeeperRole.KEEPER, ends_at__isnull=True),
                name="seals_one_keeper_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["person", "seal"], name="seals_keeping_of_person")]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.role} {self.person_id}"

    def is_in_force(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or self.ends_at > at)


class Specimen(models.Model):
    """A picture of the impression (印模). For those who keep the seal and the director alone: it can be forged from."""

    seal = models.ForeignKey(Seal, on_delete=models.RESTRICT, related_name="specimens")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    added_at = models.DateTimeField(default=now)

    objects = SpecimenQuerySet.as_manager()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"specimen of {self.seal_id}"


class Handover(models.Model):
    """A seal changes hands (交接): who gives counts and signs, who takes counts and signs.

    `lines`, `made`, `open_lines` and `is_out` are what the ledger said when it was given.
    """

    seal = models.ForeignKey(Seal, on_delete=models.RESTRICT, related_name="handovers")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    pieces = models.PositiveSmallIntegerField(_("pieces handed over"))
    note = models.CharField(max_length=300, blank=True)
    lines = models.PositiveIntegerField()
    made = models.PositiveIntegerField()
    open_lines = models.PositiveIntegerField()
    is_out = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.GIVEN)
    given_at = models.DateTimeField(default=now)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="seals_handover_two_people"),
            models.CheckConstraint(condition=Q(pieces__gte=1), name="seals_handover_counts"),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.TAKEN) | Q(taken_at__isnull=False), name="seals_taken_has_moment"
            ),
            models.UniqueConstraint(
                fields=["seal"], condition=Q(state=HandoverState.GIVEN), name="seals_one_open_handover"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="signed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["taken", "cancelled"]),
            ),
            pgtrigger.ReadOnly(name="count_stays", exclude=["state", "taken_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.giver_id} to {self.taker_id}"

    @property
    def colour(self) -> str:
        return HANDOVER_COLOURS[HandoverState(self.state)]
