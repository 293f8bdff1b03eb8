"""States of a collection and of one person's answers."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category


class CollectionState(models.TextChoices):
    """`closed`: the first person has signed the totals and nothing is taken any more; `signed`: the second has."""

    OPEN = "open", pgettext_lazy("state of a collection", "collecting")
    CLOSED = "closed", pgettext_lazy("state of a collection", "waiting for the second signature")
    SIGNED = "signed", pgettext_lazy("state of a collection", "signed off")


class ReplyState(models.TextChoices):
    NOT_BEGUN = "not_begun", pgettext_lazy("state of an answer", "not begun")
    DRAFT = "draft", pgettext_lazy("state of an answer", "draft")
    HANDED_IN = "handed_in", pgettext_lazy("state of an answer", "handed in")
    RETURNED = "returned", pgettext_lazy("state of an answer", "returned for correction")
    CONFIRMED = "confirmed", pgettext_lazy("state of an answer", "confirmed by the unit")
    ACCEPTED = "accepted", pgettext_lazy("state of an answer", "signed off")


class EventKind(models.TextChoices):
    """What happened to one person's answers, round by round."""

    HANDED_IN = "handed_in", pgettext_lazy("round of an answer", "handed in")
    RETURNED = "returned", pgettext_lazy("round of an answer", "returned for correction")
    CONFIRMED = "confirmed", pgettext_lazy("round of an answer", "confirmed")
    ACCEPTED = "accepted", pgettext_lazy("round of an answer", "signed off with the totals")


CATEGORY = {
    ReplyState.NOT_BEGUN: Category.NOT_STARTED,
    ReplyState.DRAFT: Category.RUNNING,
    ReplyState.HANDED_IN: Category.RUNNING,
    ReplyState.RETURNED: Category.PAUSED,
    ReplyState.CONFIRMED: Category.RUNNING,
    ReplyState.ACCEPTED: Category.DONE,
}
# from → to. Who may, and what is needed, stands in rules.py and services/.
MOVES: dict[str, tuple[str, ...]] = {
    ReplyState.NOT_BEGUN: (ReplyState.DRAFT, ReplyState.HANDED_IN),
    ReplyState.DRAFT: (ReplyState.HANDED_IN,),
    ReplyState.HANDED_IN: (ReplyState.RETURNED, ReplyState.CONFIRMED, ReplyState.ACCEPTED),
    ReplyState.RETURNED: (ReplyState.HANDED_IN,),
    ReplyState.CONFIRMED: (ReplyState.RETURNED, ReplyState.ACCEPTED),
    ReplyState.ACCEPTED: (),
}
WITH_PERSON = (ReplyState.NOT_BEGUN, ReplyState.DRAFT, ReplyState.RETURNED)  # the person's turn
COUNTED = (ReplyState.HANDED_IN, ReplyState.CONFIRMED, ReplyState.ACCEPTED)  # in the totals
RETURNABLE = (ReplyState.HANDED_IN, ReplyState.CONFIRMED)
BAR_ORDER = (
    ReplyState.ACCEPTED,
    ReplyState.CONFIRMED,
    ReplyState.HANDED_IN,
    ReplyState.RETURNED,
    ReplyState.DRAFT,
    ReplyState.NOT_BEGUN,
)
COLOURS = {
    ReplyState.NOT_BEGUN: "secondary",
    ReplyState.DRAFT: "yellow",
    ReplyState.HANDED_IN: "azure",
    ReplyState.RETURNED: "orange",
    ReplyState.CONFIRMED: "green",
    ReplyState.ACCEPTED: "green",
}
COLLECTION_COLOURS = {
    CollectionState.OPEN: "azure",
    CollectionState.CLOSED: "orange",
    CollectionState.SIGNED: "green",
}
EVENT_COLOURS = {
    EventKind.HANDED_IN: "azure",
    EventKind.RETURNED: "orange",
    EventKind.CONFIRMED: "green",
    EventKind.ACCEPTED: "green",
}
EVENT_ICONS = {
    EventKind.HANDED_IN: "send",
    EventKind.RETURNED: "undo-2",
    EventKind.CONFIRMED: "badge-check",
    EventKind.ACCEPTED: "stamp",
}
EXCUSED = "excused"  # shown as a state: the notices say that this person owes nothing (any more)
EXCUSED_LABEL = pgettext_lazy("state of an answer", "excused")
