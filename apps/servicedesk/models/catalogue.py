"""The catalogue: areas and services."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.text import localized
from apps.people.models import Unit
from apps.questionnaires.models import Form
from apps.servicedesk.catalogue_enums import Delay, Fee, OfficePart, Opening
from apps.servicedesk.enums import Product
from apps.servicedesk.managers import ServiceQuerySet


class Area(models.Model):
    """A group of tiles: teaching, research, students, personnel, general affairs, seals and certificates."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    icon = models.CharField(_("icon"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    def __str__(self) -> str:
        return localized(self.name) or self.code


class Service(models.Model):
    """Something people can ask for. Target in working minutes of the calendar `calendar_code`.

    `roles` and the units in `openings` (with everything below them) say who may ask: one post has to fit both; none:
    everybody. `seen_by_roles` and the units that see it name those who see it in the catalogue beside who may ask.
    `fast_lane`: urgent from the start, and the director and all clerks of the unit are told at once.
    """

    area = models.ForeignKey(Area, on_delete=models.RESTRICT, related_name="services")
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    description = models.JSONField(_("description"), default=dict)
    keywords = models.CharField(_("what people call it"), max_length=300, blank=True)
    icon = models.CharField(_("icon"), max_length=40)
    form = models.ForeignKey(Form, on_delete=models.RESTRICT, related_name="+")
    roles = models.JSONField(_("who may ask"), default=list)
    seen_by_roles = models.JSONField(_("who sees it too"), default=list, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+", verbose_name=_("handled by"))
    calendar_code = models.CharField(_("calendar"), max_length=40, default="office")
    target_minutes = models.PositiveIntegerField(_("target in working minutes"))
    first_response_minutes = models.PositiveIntegerField(_("first answer in working minutes"), default=240)
    fast_lane = models.BooleanField(_("fast lane"), default=False)
    fee = models.CharField(_("fee"), max_length=10, choices=Fee, default=Fee.NONE)
    fee_amount = models.DecimalField(
        _("fee in yuan"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    fee_note = models.JSONField(_("words about the fee"), default=dict, blank=True)
    delay = models.PositiveSmallIntegerField(_("price of delay"), choices=Delay, default=Delay.LOW)
    delay_note = models.JSONField(_("what a day of delay costs"), default=dict, blank=True)
    documents = models.JSONField(_("documents needed"), default=dict, blank=True)
    product = models.CharField(_("what the requester gets"), max_length=20, choices=Product, default=Product.NONE)
    product_note = models.JSONField(_("what the requester gets, in words"), default=dict, blank=True)
    office_part = models.CharField(
        _("the office's part of the form"), max_length=20, choices=OfficePart, default=OfficePart.BEFORE_COMPLETION
    )
    title_fields = models.JSONField(_("answers that stand in the title"), default=list, blank=True)
    number_series = models.CharField(max_length=40, default="request")
    reopen_days = models.PositiveSmallIntegerField(_("may be opened again for so many working days"), default=10)
    is_active = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    counts_time = models.BooleanField(_("time spent is written down"), default=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fee=Fee.AMOUNT, fee_amount__gt=0) | ~Q(fee=Fee.AMOUNT) & Q(fee_amount__isnull=True),
                name="servicedesk_fee_has_amount",
            )
        ]

    def __str__(self) -> str:
        return localized(self.name) or self.code

    @property
    def delay_is_dear(self) -> bool:
        return self.delay == Delay.HIGH


class ServiceOpening(models.Model):
    """A unit, with everything below it, whose people may ask for the service or see it."""

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="openings")
    kind = models.CharField(max_length=5, choices=Opening)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "kind", "unit"], name="servicedesk_opening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.kind} {self.unit_id}"
