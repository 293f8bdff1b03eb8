"""States of a notice, and of what one person owes about it."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category


class NoticeClass(models.TextChoices):
    MANDATORY = "mandatory", pgettext_lazy("class of a notice", "mandatory")
    OPTIONAL = "optional", pgettext_lazy("class of a notice", "optional")


class NoticeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of a notice", "draft")
    SCHEDULED = "scheduled", pgettext_lazy("state of a notice", "scheduled")
    PUBLISHING = "publishing", pgettext_lazy("state of a notice", "going out")
    PUBLISHED = "published", pgettext_lazy("state of a notice", "published")
    EXPIRED = "expired", pgettext_lazy("state of a notice", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a notice", "withdrawn")


NOTICE_COLOURS = {
    NoticeState.DRAFT: "secondary",
    NoticeState.SCHEDULED: "yellow",
    NoticeState.PUBLISHING: "azure",
    NoticeState.PUBLISHED: "green",
    NoticeState.EXPIRED: "secondary",
    NoticeState.WITHDRAWN: "secondary",
}
CATEGORY = {
    NoticeState.DRAFT: Category.NOT_STARTED,
    NoticeState.SCHEDULED: Category.NOT_STARTED,
    NoticeState.PUBLISHING: Category.RUNNING,
    NoticeState.PUBLISHED: Category.RUNNING,
    NoticeState.EXPIRED: Category.DONE,
    NoticeState.WITHDRAWN: Category.VOID,
}
# from → to. Who may and what is needed stands in rules.py and services.py.
MOVES: dict[str, tuple[str, ...]] = {
    NoticeState.DRAFT: (NoticeState.SCHEDULED, NoticeState.PUBLISHING),
    NoticeState.SCHEDULED: (NoticeState.DRAFT, NoticeState.PUBLISHING, NoticeState.WITHDRAWN),
    NoticeState.PUBLISHING: (NoticeState.PUBLISHED,),
    NoticeState.PUBLISHED: (NoticeState.EXPIRED, NoticeState.WITHDRAWN),
    NoticeState.EXPIRED: (),
    NoticeState.WITHDRAWN: (),
}


class ObligationState(models.TextChoices):
    """What is known of one person and one notice. Only the last four come from the person or by name."""

    OPEN = "open", pgettext_lazy("state of a person", "in the inbox, no evidence yet")
    NOTIFIED = "notified", pgettext_lazy("state of a person", "mail handed over, no answer")
    REACHED = "reached", pgettext_lazy("state of a person", "delivered to the mailbox")
    BOUNCED = "bounced", pgettext_lazy("state of a person", "mail came back")
    UNREACHABLE = "unreachable", pgettext_lazy("state of a person", "no way to reach by mail")
    TOLD = "told", pgettext_lazy("state of a person", "told by phone or in person")
    OPENED = "opened", pgettext_lazy("state of a person", "opened")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("state of a person", "acknowledged")
    EXCUSED = "excused", pgettext_lazy("state of a person", "excused")


# In the order of the bar on the sender's page: from what is settled to what needs work.
BAR_ORDER = (
    ObligationState.ACKNOWLEDGED,
    ObligationState.EXCUSED,
    ObligationState.OPENED,
    ObligationState.TOLD,
    ObligationState.REACHED,
    ObligationState.NOTIFIED,
    ObligationState.OPEN,
    ObligationState.BOUNCED,
    ObligationState.UNREACHABLE,
)
COLOURS = {
    ObligationState.OPEN: "secondary",
    ObligationState.NOTIFIED: "yellow",
    ObligationState.REACHED: "blue",
    ObligationState.BOUNCED: "red",
    ObligationState.UNREACHABLE: "dark",
    ObligationState.TOLD: "purple",
    ObligationState.OPENED: "azure",
    ObligationState.ACKNOWLEDGED: "green",
    ObligationState.EXCUSED: "teal",
}
CLOSED_IF_ACK_NEEDED = (ObligationState.ACKNOWLEDGED, ObligationState.EXCUSED)
CLOSED_IF_READING_IS_ENOUGH = (*CLOSED_IF_ACK_NEEDED, ObligationState.OPENED, ObligationState.TOLD)
KNOWS = (ObligationState.ACKNOWLEDGED, ObligationState.OPENED)  # proved by the person's own act, signed in
NOT_REACHED = (ObligationState.OPEN, ObligationState.BOUNCED, ObligationState.UNREACHABLE)
