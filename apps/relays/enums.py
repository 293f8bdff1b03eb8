"""States of one unit in a relay, what a relay asks for, and how far up the ladder a unit that does not sign is."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category


class Asked(models.TextChoices):
    """What a unit is to do; each includes what stands before it."""

    SIGN = "sign", pgettext_lazy("asked of a unit", "sign for it")
    PASS_ON = "pass_on", pgettext_lazy("asked of a unit", "sign and pass it on to its people")
    REPORT = "report", pgettext_lazy("asked of a unit", "sign, pass it on and report back")


class LineState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("state of a unit", "not signed for")
    SIGNED = "signed", pgettext_lazy("state of a unit", "signed for")
    PASSED_ON = "passed_on", pgettext_lazy("state of a unit", "passed on")
    REPORTED = "reported", pgettext_lazy("state of a unit", "reported back")
    RETURNED = "returned", pgettext_lazy("state of a unit", "report returned")
    ACCEPTED = "accepted", pgettext_lazy("state of a unit", "report accepted")
    EXCUSED = "excused", pgettext_lazy("state of a unit", "excused")


class Rung(models.IntegerChoices):
    """Who is asked to sign now."""

    SECRETARY = 0, pgettext_lazy("who is to sign", "with the secretary")
    STAND_IN = 1, pgettext_lazy("who is to sign", "with the stand-in")
    PHONE = 2, pgettext_lazy("who is to sign", "on the phone list")


class SignedHow(models.TextChoices):
    PORTAL = "portal", pgettext_lazy("signed for", "in the portal")
    PHONE = "phone", pgettext_lazy("signed for", "by phone")


class ExtensionState(models.TextChoices):
    """Of a unit's wish for more time."""

    ASKED = "asked", pgettext_lazy("state of an extension", "asked for")
    GRANTED = "granted", pgettext_lazy("state of an extension", "granted")
    REFUSED = "refused", pgettext_lazy("state of an extension", "not granted")
    LAPSED = "lapsed", pgettext_lazy("state of an extension", "no longer needed")


EXTENSION_MOVES: dict[str, tuple[str, ...]] = {
    ExtensionState.ASKED: (ExtensionState.GRANTED, ExtensionState.REFUSED, ExtensionState.LAPSED),
}
EXTENSION_COLOURS = {
    ExtensionState.ASKED: "yellow",
    ExtensionState.GRANTED: "green",
    ExtensionState.REFUSED: "orange",
    ExtensionState.LAPSED: "secondary",
}

CATEGORY = {
    LineState.WAITING: Category.NOT_STARTED,
    LineState.SIGNED: Category.RUNNING,
    LineState.PASSED_ON: Category.RUNNING,
    LineState.REPORTED: Category.RUNNING,
    LineState.RETURNED: Category.RUNNING,  # a round that counts; the clock goes on
    LineState.ACCEPTED: Category.DONE,
    LineState.EXCUSED: Category.VOID,
}
# from → to. Who may, and what is needed, stands in rules.py and services/.
MOVES: dict[str, tuple[str, ...]] = {
    LineState.WAITING: (LineState.SIGNED, LineState.EXCUSED),
    LineState.SIGNED: (LineState.PASSED_ON, LineState.REPORTED, LineState.EXCUSED),
    LineState.PASSED_ON: (LineState.REPORTED, LineState.EXCUSED),
    LineState.REPORTED: (LineState.RETURNED, LineState.ACCEPTED, LineState.EXCUSED),
    LineState.RETURNED: (LineState.REPORTED, LineState.EXCUSED),
    LineState.ACCEPTED: (),
    LineState.EXCUSED: (),
}
ENDED = (LineState.ACCEPTED, LineState.EXCUSED)
REPORTABLE = (LineState.SIGNED, LineState.PASSED_ON, LineState.RETURNED)
# What is asked → the states in which it is not done yet, and those in which it is the unit's turn.
OPEN: dict[str, tuple[str, ...]] = {
    Asked.SIGN: (LineState.WAITING,),
    Asked.PASS_ON: (LineState.WAITING, LineState.SIGNED),
    Asked.REPORT: (LineState.WAITING, *REPORTABLE, LineState.REPORTED),
}
UNITS_TURN: dict[str, tuple[str, ...]] = OPEN | {Asked.REPORT: (LineState.WAITING, *REPORTABLE)}
# From the worst to the best: a unit stands where the worst of the units below it stands.
WORST_FIRST = (
    LineState.WAITING,
    LineState.RETURNED,
    LineState.SIGNED,
    LineState.PASSED_ON,
    LineState.REPORTED,
    LineState.ACCEPTED,
    LineState.EXCUSED,
)
COLOURS = {
    LineState.WAITING: "yellow",
    LineState.SIGNED: "azure",
    LineState.PASSED_ON: "blue",
    LineState.REPORTED: "purple",
    LineState.RETURNED: "orange",
    LineState.ACCEPTED: "green",
    LineState.EXCUSED: "teal",
}
