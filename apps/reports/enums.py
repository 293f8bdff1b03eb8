"""How often the summary comes by mail."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", pgettext_lazy("summary", "each week")
    MONTHLY = "monthly", pgettext_lazy("summary", "each month")
