"""States of a notice, and of what one person owes about it."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category


class NoticeClass(models.TextChoices):
    MANDATORY = "mandatory", pgettext_lazy("class of a notice", "mandatory")
    OPTIONAL = "optional", pgettext_lazy("class of a notice", "optional")


class NoticeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of a notice", "draft")
    WAITING = "waiting", pgettext_lazy("state of a notice", "waiting for approval")
    SCHEDULED = "scheduled", pgettext_lazy("state of a notice", "scheduled")
    PUBLISHING = "publishing", pgettext_lazy("state of a notice", "going out")
    PUBLISHED = "published", pgettext_lazy("state of a notice", "published")
    EXPIRED = "expired", pgettext_lazy("state of a notice", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a notice", "withdrawn")


NOTICE_COLOURS = {
    NoticeState.DRAFT: "secondary",
    NoticeState.WAITING: "orange",
    NoticeState.SCHEDULED: "yellow",
    NoticeState.PUBLISHING: "azure",
    NoticeState.PUBLISHED: "green",
    NoticeState.EXPIRED: "secondary",
    NoticeState.WITHDRAWN: "secondary",
}
CATEGORY = {
    NoticeState.DRAFT: Category.NOT_STARTED,
    NoticeState.WAITING: Category.NOT_STARTED,
    NoticeState.SCHEDULED: Category.NOT_STARTED,
    NoticeState.PUBLISHING: Category.RUNNING,
    NoticeState.PUBLISHED: Category.RUNNING,
    NoticeState.EXPIRED: Category.DONE,
    NoticeState.WITHDRAWN: Category.VOID,
}
# from → to. Who may and what is needed stands in rules.py and services.py.
MOVES: dict[str, tuple[str, ...]] = {
    NoticeState.DRAFT: (NoticeState.WAITING, NoticeState.SCHEDULED, NoticeState.PUBLISHING),
    NoticeState.WAITING: (NoticeState.DRAFT, NoticeState.SCHEDULED, NoticeState.PUBLISHING),
    NoticeState.SCHEDULED: (NoticeState.DRAFT, NoticeState.PUBLISHING, NoticeState.WITHDRAWN),
    NoticeState.PUBLISHING: (NoticeState.PUBLISHED, NoticeState.WITHDRAWN),
    NoticeState.PUBLISHED: (NoticeState.EXPIRED, NoticeState.WITHDRAWN),
    NoticeState.EXPIRED: (NoticeState.WITHDRAWN,),
    NoticeState.WITHDRAWN: (),
}


class EditionKind(models.TextChoices):
    """`correction`: earlier acknowledging still counts; `replacement`: everybody is asked anew."""

    FIRST = "first", pgettext_lazy("edition of a notice", "first")
    CORRECTION = "correction", pgettext_lazy("edition of a notice", "correction")
    REPLACEMENT = "replacement", pgettext_lazy("edition of a notice", "replacement")


class RoundKind(models.TextChoices):
    FIRST = "first", pgettext_lazy("round of sending", "notice")
    REMINDER = "reminder", pgettext_lazy("round of sending", "reminder")
    LADDER = "ladder", pgettext_lazy("round of sending", "next channel")
    CHANGE = "change", pgettext_lazy("round of sending", "word of a change")
    RECALL = "recall", pgettext_lazy("round of sending", "word of taking back")


class Escalation(models.IntegerChoices):
    """Who was told that a person is still open."""

    NONE = 0, pgettext_lazy("escalation", "none")
    SECRETARY = 1, pgettext_lazy("escalation", "with the unit secretary")
    DIRECTOR = 2, pgettext_lazy("escalation", "with the director")


class Skipped(models.TextChoices):
    """Why a planned reminder was not sent."""

    BEFORE = "before", pgettext_lazy("reminder left out", "before it went out")
    DAY_OFF = "day_off", pgettext_lazy("reminder left out", "no working day")
    OVER = "over", pgettext_lazy("reminder left out", "the notice is over")
    MISSED = "missed", pgettext_lazy("reminder left out", "missed, a later one was sent")
    CHANGED = "changed", pgettext_lazy("reminder left out", "planned anew with another edition")
    NOBODY = "nobody", pgettext_lazy("reminder left out", "nobody was open")
    TODAY = "today", pgettext_lazy("reminder left out", "reminded of other notices that day already")
    FRESH = "fresh", pgettext_lazy("reminder left out", "told of it only that day")


class ObligationState(models.TextChoices):
    """What is known of one person and one notice. From "told" on they come from the person or by name."""

    OPEN = "open", pgettext_lazy("state of a person", "in the inbox, no evidence yet")
    NOTIFIED = "notified", pgettext_lazy("state of a person", "message handed over, no answer")
    UNKNOWN = "unknown", pgettext_lazy("state of a person", "handed over, no evidence for 72 hours")
    REACHED = "reached", pgettext_lazy("state of a person", "delivered to the mailbox or phone")
    BOUNCED = "bounced", pgettext_lazy("state of a person", "message came back")
    UNREACHABLE = "unreachable", pgettext_lazy("state of a person", "no channel that works")
    TOLD = "told", pgettext_lazy("state of a person", "told by phone or in person")
    OPENED = "opened", pgettext_lazy("state of a person", "opened")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("state of a person", "acknowledged")
    ANSWERED = "answered", pgettext_lazy("state of a person", "handed in the form")
    RETURNED = "returned", pgettext_lazy("state of a person", "form returned for correction")
    EXCUSED = "excused", pgettext_lazy("state of a person", "excused")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a person", "notice taken back")


# In the order of the bar on the sender's page: from what is settled to what needs work.
BAR_ORDER = (
    ObligationState.ANSWERED,
    ObligationState.ACKNOWLEDGED,
    ObligationState.EXCUSED,
    ObligationState.WITHDRAWN,
    ObligationState.OPENED,
    ObligationState.TOLD,
    ObligationState.RETURNED,
    ObligationState.REACHED,
    ObligationState.NOTIFIED,
    ObligationState.UNKNOWN,
    ObligationState.OPEN,
    ObligationState.BOUNCED,
    ObligationState.UNREACHABLE,
)
COLOURS = {
    ObligationState.OPEN: "secondary",
    ObligationState.NOTIFIED: "yellow",
    ObligationState.UNKNOWN: "orange",
    ObligationState.REACHED: "blue",
    ObligationState.BOUNCED: "red",
    ObligationState.UNREACHABLE: "dark",
    ObligationState.TOLD: "purple",
    ObligationState.OPENED: "azure",
    ObligationState.ACKNOWLEDGED: "green",
    ObligationState.ANSWERED: "green",
    ObligationState.RETURNED: "orange",
    ObligationState.EXCUSED: "teal",
    ObligationState.WITHDRAWN: "secondary",
}
CLOSED_IF_ANSWER_NEEDED = (ObligationState.ANSWERED, ObligationState.EXCUSED, ObligationState.WITHDRAWN)
CLOSED_IF_ACK_NEEDED = (*CLOSED_IF_ANSWER_NEEDED, ObligationState.ACKNOWLEDGED)
CLOSED_IF_READING_IS_ENOUGH = (*CLOSED_IF_ACK_NEEDED, ObligationState.OPENED, ObligationState.TOLD)
# Proved by the person's own act, signed in.
KNOWS = (ObligationState.ANSWERED, ObligationState.ACKNOWLEDGED, ObligationState.OPENED)
NOT_REACHED = (ObligationState.OPEN, ObligationState.BOUNCED, ObligationState.UNREACHABLE)


class CallOutcome(models.TextChoices):
    """What came of a phone call."""

    TOLD = "told", pgettext_lazy("phone call", "reached and told")
    NO_ANSWER = "no_answer", pgettext_lazy("phone call", "no answer")
    CALL_BACK = "call_back", pgettext_lazy("phone call", "calls back")
    MESSAGE_LEFT = "left", pgettext_lazy("phone call", "message left")
    WRONG_NUMBER = "wrong_number", pgettext_lazy("phone call", "wrong number")


class MissingKind(models.TextChoices):
    """What the check for missing rows found: a row that is not there, or more lines than people."""

    LINE = "line", pgettext_lazy("missing row", "line in the inbox")
    FIRST = "first", pgettext_lazy("missing row", "message of the notice")
    REMINDER = "reminder", pgettext_lazy("missing row", "reminder")
    LADDER = "ladder", pgettext_lazy("missing row", "message by the next channel")
    SURPLUS = "surplus", pgettext_lazy("missing row", "line too many")


class FileReportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("report for the file", "waiting to be made")
    MAKING = "making", pgettext_lazy("report for the file", "being made")
    READY = "ready", pgettext_lazy("report for the file", "ready")
    FAILED = "failed", pgettext_lazy("report for the file", "could not be made")

    @property
    def colour(self) -> str:
        return {"waiting": "secondary", "making": "azure", "ready": "green", "failed": "red"}[self.value]


class SeriesState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("state of a series", "running")
    PAUSED = "paused", pgettext_lazy("state of a series", "paused")
    ENDED = "ended", pgettext_lazy("state of a series", "ended")

    @property
    def colour(self) -> str:
        return {"running": "green", "paused": "yellow", "ended": "secondary"}[self.value]


class OccurrenceState(models.TextChoices):
    """What became of one date of a series. `missed`: its time went by while nobody could send it."""

    PLANNED = "planned", pgettext_lazy("date of a series", "planned")
    MADE = "made", pgettext_lazy("date of a series", "draft made")
    SENT = "sent", pgettext_lazy("date of a series", "sent")
    SKIPPED = "skipped", pgettext_lazy("date of a series", "left out")
    MISSED = "missed", pgettext_lazy("date of a series", "missed")
    REFUSED = "refused", pgettext_lazy("date of a series", "could not be sent")

    @property
    def colour(self) -> str:
        return OCCURRENCE_COLOURS[self.value]


OCCURRENCE_COLOURS = {
    "planned": "secondary",
    "made": "azure",
    "sent": "green",
    "skipped": "secondary",
    "missed": "orange",
    "refused": "red",
}
# from → to; `sent`, `skipped` and `missed` are ends.
OCCURRENCE_MOVES: dict[str, tuple[str, ...]] = {
    OccurrenceState.PLANNED: (
        OccurrenceState.MADE,
        OccurrenceState.SKIPPED,
        OccurrenceState.MISSED,
        OccurrenceState.REFUSED,
    ),
    OccurrenceState.MADE: (
        OccurrenceState.SENT,
        OccurrenceState.SKIPPED,
        OccurrenceState.MISSED,
        OccurrenceState.REFUSED,
    ),
    OccurrenceState.REFUSED: (OccurrenceState.MADE, OccurrenceState.SENT, OccurrenceState.SKIPPED),
}
