"""States of a list that is being taken out."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("export", "waiting")
    MAKING = "making", pgettext_lazy("export", "being made")
    READY = "ready", pgettext_lazy("export", "ready")
    FAILED = "failed", pgettext_lazy("export", "did not work")


COLOURS = {
    ExportState.WAITING: "yellow",
    ExportState.MAKING: "blue",
    ExportState.READY: "green",
    ExportState.FAILED: "red",
}
