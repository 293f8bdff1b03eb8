"""The approval plan of a service: who signs off a request, in which turn, and when at all."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.text import localized
from apps.people.enums import Role
from apps.people.models import Unit
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.models.catalogue import Service


class ServiceStep(models.Model):
    """One step. Steps with the same `order` are asked at the same time; `place` tells them apart.

    `condition` is one of questionnaires.definitions.Condition as JSON; none: always asked. A request takes a copy of
    the plan when it is filed (`Request.plan`), so a change counts for new requests only.
    """

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="steps")
    order = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=1)
    name = models.JSONField(pgettext_lazy("approval step", "name"), default=dict)
    who = models.CharField(_("who decides"), max_length=10, choices=StepWho)
    role = models.CharField(pgettext_lazy("approval step", "role"), max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    any_of = models.BooleanField(_("one of them is enough"), default=False)
    asked = models.CharField(_("when it is asked"), max_length=10, choices=AskedWhen, default=AskedWhen.ON_WORD)
    condition = models.JSONField(_("condition"), default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "order", "place"], name="servicedesk_plan_step_once"),
            models.CheckConstraint(
                condition=Q(who=StepWho.ROLE, unit__isnull=True, person__isnull=True) & ~Q(role="")
                | Q(who=StepWho.POST, unit__isnull=False, person__isnull=True) & ~Q(role="")
                | Q(who=StepWho.HEAD, unit__isnull=True, person__isnull=True, role="")
                | Q(who=StepWho.PERSON, unit__isnull=True, person__isnull=False, role=""),
                name="servicedesk_plan_step_names_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}.{self.place} {localized(self.name)}"
