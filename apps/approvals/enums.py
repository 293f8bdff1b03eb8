"""States of a sign-off step and its allowed moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category


class StepState(models.TextChoices):
    WAITING = "waiting", _("not yet asked")
    ASKED = "asked", _("asked")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    REFUSED = "refused", pgettext_lazy("sign-off", "refused")
    CANCELLED = "cancelled", _("cancelled")


CATEGORY = {
    StepState.WAITING: Category.NOT_STARTED,
    StepState.ASKED: Category.RUNNING,
    StepState.APPROVED: Category.DONE,
    StepState.RETURNED: Category.DONE,
    StepState.REFUSED: Category.DONE,
    StepState.CANCELLED: Category.VOID,
}
COLOURS = {
    StepState.WAITING: "secondary",
    StepState.ASKED: "orange",
    StepState.APPROVED: "green",
    StepState.RETURNED: "yellow",
    StepState.REFUSED: "red",
    StepState.CANCELLED: "secondary",
}
DECISIONS = (StepState.APPROVED, StepState.RETURNED, StepState.REFUSED)
NEEDS_NOTE = (StepState.RETURNED, StepState.REFUSED)
