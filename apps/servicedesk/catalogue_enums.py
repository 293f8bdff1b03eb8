"""The words of the catalogue and of approval plans. None of them is a state of a request (enums.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Opening(models.TextChoices):
    """What a service is opened to a unit for."""

    ASK = "ask", _("may ask")
    SEE = "see", _("may see")


class Fee(models.TextChoices):
    NONE = "none", _("no fee")
    AMOUNT = "amount", _("an amount in yuan")
    DESCRIBED = "described", _("see the description")


class Delay(models.IntegerChoices):
    """How much a day of delay costs the requester; handlers order their work by it."""

    LOW = 0, pgettext_lazy("price of delay", "low")
    MIDDLE = 1, pgettext_lazy("price of delay", "middle")
    HIGH = 2, pgettext_lazy("price of delay", "high")


class OfficePart(models.TextChoices):
    """By when the office has to have filled in its own questions of the form."""

    BEFORE_COMPLETION = "before_completion", _("filled in before it is completed")
    BEFORE_APPROVAL = "before_approval", _("filled in before the approval is asked for")


class StepWho(models.TextChoices):
    """Whom a step of an approval plan asks."""

    ROLE = "role", _("whoever holds a role")
    POST = "post", _("whoever holds a role in a certain unit")
    HEAD = "head", _("the head of the requester's unit")
    PERSON = "person", _("a certain person")


class AskedWhen(models.TextChoices):
    """When a step of an approval plan is asked."""

    AT_ONCE = "at_once", _("as soon as it is filed, before the office starts")
    ON_WORD = "on_word", _("when the handler asks for it")
