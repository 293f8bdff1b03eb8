"""To whom a service's new requests are given by rule."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.people.models import Unit
from apps.servicedesk.enums import AssignmentKind
from apps.servicedesk.models.catalogue import Service


class AssignmentRule(models.Model):
    """How new requests of a service find their handler; a service without one is given out by hand."""

    service = models.OneToOneField(Service, on_delete=models.RESTRICT, primary_key=True, related_name="assignment")
    kind = models.CharField(_("how"), max_length=12, choices=AssignmentKind, default=AssignmentKind.BY_HAND)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.service_id} {self.kind}"


class Skill(models.Model):
    """This handler knows this service."""

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="skills")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "person"], name="servicedesk_skill_once")]

    def __str__(self) -> str:
        return f"{self.person_id} knows {self.service_id}"


class UnitHandler(models.Model):
    """Who handles what comes from a unit and those below it; of several the nearest unit counts."""

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="unit_handlers")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "unit"], name="servicedesk_unit_handler_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} to {self.person_id}"


class Turn(models.Model):
    """When a handler was last given something by rule. The row is the lock under which loads are counted."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, primary_key=True)
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.last_at}"
