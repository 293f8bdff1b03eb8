"""The catalogue: areas and services."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.text import localized
from apps.people.enums import Role
from apps.people.models import Unit
from apps.questionnaires.models import Form
from apps.servicedesk.enums import Product
from apps.servicedesk.managers import ServiceQuerySet


class Area(models.Model):
    """A group of tiles: teaching, research, students, personnel, general affairs, seals and certificates."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    icon = models.CharField(_("icon"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    def __str__(self) -> str:
        return localized(self.name) or self.code


class Service(models.Model):
    """Something people can ask for. Target in working minutes of the office calendar."""

    area = models.ForeignKey(Area, on_delete=models.RESTRICT, related_name="services")
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    description = models.JSONField(_("description"), default=dict)
    keywords = models.CharField(_("what people call it"), max_length=300, blank=True)
    icon = models.CharField(_("icon"), max_length=40)
    form = models.ForeignKey(Form, on_delete=models.RESTRICT, related_name="+")
    roles = models.JSONField(_("who may ask"), default=list)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+", verbose_name=_("handled by"))
    calendar_code = models.CharField(max_length=40, default="office")
    target_minutes = models.PositiveIntegerField(_("target in working minutes"))
    first_response_minutes = models.PositiveIntegerField(_("first answer in working minutes"), default=240)
    approval_role = models.CharField(_("approved by"), max_length=20, choices=Role, blank=True)
    product = models.CharField(_("what the requester gets"), max_length=20, choices=Product, default=Product.NONE)
    title_fields = models.JSONField(_("answers that stand in the title"), default=list, blank=True)
    number_series = models.CharField(max_length=40, default="request")
    reopen_days = models.PositiveSmallIntegerField(_("may be opened again for so many working days"), default=10)
    is_active = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return localized(self.name) or self.code
