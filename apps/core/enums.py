"""Shared words: what kind of state a thing is in, and how a state looks."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    """What any state of any thing amounts to. Code outside an app tests the category, never the state."""

    NOT_STARTED = "not_started", pgettext_lazy("category", "not started")
    RUNNING = "running", pgettext_lazy("category", "running")
    PAUSED = "paused", pgettext_lazy("category", "paused")
    DONE = "done", pgettext_lazy("category", "done")
    VOID = "void", pgettext_lazy("category", "void")


OPEN_CATEGORIES = (Category.NOT_STARTED, Category.RUNNING, Category.PAUSED)


class ClockKind(models.TextChoices):
    START = "start", pgettext_lazy("clock", "started")
    PAUSE = "pause", pgettext_lazy("clock", "paused")
    RESUME = "resume", pgettext_lazy("clock", "resumed")
    STOP = "stop", pgettext_lazy("clock", "stopped")
    CANCEL = "cancel", pgettext_lazy("clock", "cancelled")
    SET_DUE = "set_due", pgettext_lazy("clock", "new due time given")
    SET_TARGET = "set_target", pgettext_lazy("clock", "new target given")
    ANSWERED = "answered", pgettext_lazy("clock", "first answer given")


# What starts and stops a clock; the other kinds are about its promise.
TURNS = (ClockKind.START, ClockKind.PAUSE, ClockKind.RESUME, ClockKind.STOP, ClockKind.CANCEL)


class NumberState(models.TextChoices):
    ISSUED = "issued", pgettext_lazy("number", "issued")
    VOID = "void", pgettext_lazy("number", "void")
