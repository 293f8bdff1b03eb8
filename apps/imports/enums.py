"""States of an import and verdicts on its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    RECEIVED = "received", _("received")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked")
    COMMITTING = "committing", _("being brought in")
    COMMITTED = "committed", _("brought in")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("could not be read")


class Verdict(models.TextChoices):
    CREATED = "created", _("new")
    UPDATED = "updated", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")


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
