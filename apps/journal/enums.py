"""States of a list that is being taken out; where the bytes of a file came from, and what the scanner said of them."""

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


class Origin(models.TextChoices):
    """How bytes came to be here. It says whether they are scanned, and whether they go when something is found."""

    PEOPLE = "people", pgettext_lazy("bytes", "from people")
    PORTAL = "portal", pgettext_lazy("bytes", "made by the portal")
    KEPT = "kept", pgettext_lazy("bytes", "kept as it came")  # evidence, and all from before the portal knew origins


class ScanState(models.TextChoices):
    UNCHECKED = "unchecked", pgettext_lazy("file", "not checked")
    WAITING = "waiting", pgettext_lazy("file", "being checked")
    CLEAN = "clean", pgettext_lazy("file", "nothing was found")
    BLOCKED = "blocked", pgettext_lazy("file", "blocked")
    TOO_LARGE = "too_large", pgettext_lazy("file", "too large to check")


OPEN_TO_READERS = frozenset({ScanState.UNCHECKED, ScanState.CLEAN})
REFUSED_FILES = frozenset({ScanState.BLOCKED, ScanState.TOO_LARGE})
SCAN_COLOURS = {ScanState.WAITING: "yellow", ScanState.BLOCKED: "red", ScanState.TOO_LARGE: "red"}
