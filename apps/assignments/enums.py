"""States of an assignment and of its parts, what is asked of a unit, and the ledger of its day."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category
from apps.people.enums import Role


class Urgency(models.TextChoices):
    """How pressing an instruction is (急件); it sets the day where none is given."""

    ORDINARY = "ordinary", pgettext_lazy("urgency", "ordinary")
    URGENT = "urgent", pgettext_lazy("urgency", "urgent")
    MOST_URGENT = "most_urgent", pgettext_lazy("urgency", "most urgent")


# Working days, counted from the day after the instruction (普通件, 速件, 最速件).
DAYS = {Urgency.ORDINARY: 6, Urgency.URGENT: 3, Urgency.MOST_URGENT: 1}
URGENCY_COLOURS = {Urgency.ORDINARY: "secondary", Urgency.URGENT: "orange", Urgency.MOST_URGENT: "red"}


class AssignmentState(models.TextChoices):
    OPEN = "open", pgettext_lazy("assignment", "in hand")
    CLOSED = "closed", pgettext_lazy("assignment", "closed")
    CALLED_OFF = "called_off", pgettext_lazy("assignment", "called off")


ASSIGNMENT_MOVES: dict[str, tuple[str, ...]] = {
    AssignmentState.OPEN: (AssignmentState.CLOSED, AssignmentState.CALLED_OFF),
    AssignmentState.CLOSED: (AssignmentState.OPEN,),  # services.reopen, with a reason
}
ASSIGNMENT_CATEGORY = {
    AssignmentState.OPEN: Category.RUNNING,
    AssignmentState.CLOSED: Category.DONE,
    AssignmentState.CALLED_OFF: Category.VOID,
}
ASSIGNMENT_COLOURS = {
    AssignmentState.OPEN: "azure",
    AssignmentState.CLOSED: "green",
    AssignmentState.CALLED_OFF: "secondary",
}


class PartRole(models.TextChoices):
    LEAD = "lead", pgettext_lazy("unit in an assignment", "lead")
    HELPER = "helper", pgettext_lazy("unit in an assignment", "helper")


class Wants(models.TextChoices):
    """What a report must hold beside its words."""

    FILE = "file", pgettext_lazy("wanted in a report", "a file")
    COUNT = "count", pgettext_lazy("wanted in a report", "a count")


class PartState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("part", "not signed for")
    SIGNED = "signed", pgettext_lazy("part", "signed for")
    NAMED = "named", pgettext_lazy("part", "in hand")
    REPORTED = "reported", pgettext_lazy("part", "with the unit's head")
    CONFIRMED = "confirmed", pgettext_lazy("part", "reported up")
    RETURNED = "returned", pgettext_lazy("part", "returned: incomplete")
    ACCEPTED = "accepted", pgettext_lazy("part", "accepted")
    EXCUSED = "excused", pgettext_lazy("part", "excused")


P = PartState
CATEGORY = {
    P.WAITING: Category.NOT_STARTED,
    P.SIGNED: Category.RUNNING,
    P.NAMED: Category.RUNNING,
    P.REPORTED: Category.RUNNING,
    P.CONFIRMED: Category.RUNNING,
    P.RETURNED: Category.RUNNING,  # a round that counts; the clock goes on
    P.ACCEPTED: Category.DONE,
    P.EXCUSED: Category.VOID,
}
# from → to. Who may, and what is needed, stands in rules.py and services/.
MOVES: dict[str, tuple[str, ...]] = {
    P.WAITING: (P.SIGNED, P.EXCUSED),
    P.SIGNED: (P.NAMED, P.REPORTED, P.EXCUSED),
    P.NAMED: (P.REPORTED, P.EXCUSED),
    P.REPORTED: (P.CONFIRMED, P.RETURNED, P.EXCUSED),
    P.CONFIRMED: (P.ACCEPTED, P.RETURNED, P.EXCUSED),
    P.RETURNED: (P.REPORTED, P.EXCUSED),
    P.ACCEPTED: (P.RETURNED,),  # the assignment is opened again, or the unit leads from now on
    P.EXCUSED: (),
}
ENDED = (P.ACCEPTED, P.EXCUSED)
OPEN = tuple(state for state in P if state not in ENDED)
REPORTABLE = (P.SIGNED, P.NAMED, P.RETURNED)
GONE_UP = (P.REPORTED, P.CONFIRMED, P.ACCEPTED)  # not while a unit below is open
UNITS_TURN = (P.WAITING, *REPORTABLE, P.REPORTED)  # the clock is the unit's; after that it is that of the level above
DELIVERED = (P.CONFIRMED, P.ACCEPTED)
# From the worst to the best: a part stands where the worst of those below it stands.
WORST_FIRST = (P.WAITING, P.RETURNED, P.SIGNED, P.NAMED, P.REPORTED, P.CONFIRMED, P.ACCEPTED, P.EXCUSED)
COLOURS = {
    P.WAITING: "yellow",
    P.SIGNED: "azure",
    P.NAMED: "blue",
    P.REPORTED: "purple",
    P.CONFIRMED: "indigo",
    P.RETURNED: "orange",
    P.ACCEPTED: "green",
    P.EXCUSED: "teal",
}


class Rung(models.IntegerChoices):
    """Who is asked to sign now."""

    CLERK = 0, pgettext_lazy("who is to sign for a part", "with the unit's clerk")
    STAND_IN = 1, pgettext_lazy("who is to sign for a part", "with the stand-in")
    PHONE = 2, pgettext_lazy("who is to sign for a part", "on the phone list")


class SignedHow(models.TextChoices):
    PORTAL = "portal", pgettext_lazy("signed for", "in the portal")
    PHONE = "phone", pgettext_lazy("signed for", "by phone")


class VerdictKind(models.TextChoices):
    """What was said to a report: by the unit's head, then by the level above."""

    CONFIRMED = "confirmed", pgettext_lazy("verdict", "confirmed")
    SENT_BACK = "sent_back", pgettext_lazy("verdict", "sent back by the unit's head")
    ACCEPTED = "accepted", pgettext_lazy("verdict", "accepted")
    RETURNED = "returned", pgettext_lazy("verdict", "returned: incomplete")


VERDICT_COLOURS = {
    VerdictKind.CONFIRMED: "indigo",
    VerdictKind.SENT_BACK: "orange",
    VerdictKind.ACCEPTED: "green",
    VerdictKind.RETURNED: "orange",
}


class ConfirmedAs(models.TextChoices):
    """By what right a report was confirmed within its unit."""

    HEAD = "head", pgettext_lazy("confirmed as", "head of the unit")
    CLERK = "clerk", pgettext_lazy("confirmed as", "clerk of a unit without a head")


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


class DueKind(models.TextChoices):
    """A line in the ledger of a part's day."""

    BY_URGENCY = "by_urgency", pgettext_lazy("day of a part", "set by urgency")
    OF_SUBJECT = "of_subject", pgettext_lazy("day of a part", "day of the paper")
    AS_ABOVE = "as_above", pgettext_lazy("day of a part", "as that of the unit above")
    CHOSEN = "chosen", pgettext_lazy("day of a part", "set by hand")
    EXTENDED = "extended", pgettext_lazy("day of a part", "more time granted")
    FOLLOWED = "followed", pgettext_lazy("day of a part", "moved with the unit above")
    PAUSED = "paused", pgettext_lazy("day of a part", "clock stopped")
    RESUMED = "resumed", pgettext_lazy("day of a part", "clock runs again")


DUE_COLOURS = {
    DueKind.BY_URGENCY: "azure",
    DueKind.OF_SUBJECT: "azure",
    DueKind.AS_ABOVE: "azure",
    DueKind.CHOSEN: "azure",
    DueKind.EXTENDED: "green",
    DueKind.FOLLOWED: "green",
    DueKind.PAUSED: "yellow",
    DueKind.RESUMED: "blue",
}

# Who looks after what a unit is given, and who answers for its report. In the office these are clerks and the director.
CLERK_ROLES = (Role.UNIT_SECRETARY, Role.CLERK)
HEAD_ROLES = (Role.UNIT_HEAD, Role.DIRECTOR)
