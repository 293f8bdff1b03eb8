"""States of an import and verdicts on its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BatchState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("import", "received")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", pgettext_lazy("import", "checked")
    COMMITTING = "committing", _("being brought in")
    COMMITTED = "committed", _("brought in")
    UNDONE = "undone", pgettext_lazy("import", "undone")
    FAILED = "failed", _("could not be read")


class Verdict(models.TextChoices):
    CREATED = "created", pgettext_lazy("import row", "new")
    UPDATED = "updated", pgettext_lazy("import row", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("import row", "unchanged")
    REFUSED = "refused", pgettext_lazy("import row", "refused")


COLOURS = {
    BatchState.RECEIVED: "yellow",
    BatchState.CHECKING: "blue",
    BatchState.CHECKED: "azure",
    BatchState.COMMITTING: "blue",
    BatchState.COMMITTED: "green",
    BatchState.UNDONE: "secondary",
    BatchState.FAILED: "red",
}
OPEN_STATES = (BatchState.RECEIVED, BatchState.CHECKING, BatchState.CHECKED)
