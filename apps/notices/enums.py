"""States of a notice, and of what one person owes about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.enums import Category


class NoticeClass(models.TextChoices):
    MANDATORY = "mandatory", _("mandatory")
    OPTIONAL = "optional", _("optional")


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHING = "publishing", _("going out")
    PUBLISHED = "published", _("published")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


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

    OPEN = "open", _("in the inbox, no evidence yet")
    NOTIFIED = "notified", _("mail handed over, no answer")
    REACHED = "reached", _("delivered to the mailbox")
    BOUNCED = "bounced", _("mail came back")
    UNREACHABLE = "unreachable", _("no way to reach by mail")
    TOLD = "told", _("told by phone or in person")
    OPENED = "opened", _("opened")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    EXCUSED = "excused", _("excused")


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
