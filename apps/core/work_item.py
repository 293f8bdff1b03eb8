"""What an app shows on a dashboard: one plain object for each thing somebody owes."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Section(models.TextChoices):
    """The fixed sections of the director's list, in their order. An item stands in the first that fits."""

    DECIDE = "decide", _("Needs my decision")
    OVERDUE = "overdue", pgettext_lazy("section", "Overdue")
    SOON = "soon", _("Due by next working day")
    UNASSIGNED = "unassigned", _("Not assigned")
    STUCK = "stuck", _("Stuck")
    WAITING = "waiting", _("Waiting on others")
    MINE = "mine", _("In my hands")


@dataclass(frozen=True)
class Action:
    """A button on a row. `url` takes POST when `post`, else it is opened. `needs_reason` asks for a `note`."""

    label: str
    url: str
    key: str = ""
    post: bool = False
    needs_reason: bool = False
    primary: bool = False
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkItem:
    """One row of a dashboard. `key` is stable ("servicedesk.request:12") so that the same thing never appears twice.
    `said`: number and title as a message may say them, where the page says more.
    """

    key: str
    section: Section
    number: str
    title: str
    url: str
    icon: str
    kind: str
    who: str
    reason: str
    state: str
    state_colour: str
    due_at: datetime | None
    since: datetime
    overdue: bool = False
    handler: str = ""
    handler_id: int | None = None
    paused: bool = False
    preview_url: str = ""
    due_label: str = ""
    said: str = ""
    actions: tuple[Action, ...] = ()
