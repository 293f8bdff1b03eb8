"""Shared words: what kind of state a thing is in, and how a state looks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What any state of any thing amounts to. Code outside an app tests the category, never the state."""

    NOT_STARTED = "not_started", _("not started")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    VOID = "void", _("void")


OPEN_CATEGORIES = (Category.NOT_STARTED, Category.RUNNING, Category.PAUSED)


class ClockKind(models.TextChoices):
    START = "start", _("started")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("resumed")
    STOP = "stop", _("stopped")
    CANCEL = "cancel", _("cancelled")
    SET_DUE = "set_due", _("new due time given")


class NumberState(models.TextChoices):
    ISSUED = "issued", _("issued")
    VOID = "void", _("void")
