"""Mails that wait for a person are work like any other: one line, as they are placed one after the other."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.pages import capped_count
from apps.core.work_item import Section, WorkItem
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.servicedesk.models import MailIn

CAP = 99


def for_user(user: Person, *, at: datetime, limit: int = 10) -> list[WorkItem]:
    """One item while mails wait, for clerks and the director (one query, a second one while any waits)."""
    if not user.has_role(*HANDLER_ROLES):
        return []
    waiting = MailIn.objects.visible_to(user).waiting()
    oldest = waiting.order_by("received_at", "pk").first()
    if oldest is None:
        return []
    count, more = capped_count(waiting, CAP)
    shown = f"{count}+" if more else str(count)
    return [
        WorkItem(
            key="servicedesk.mails",
            section=Section.UNASSIGNED,
            number="",
            title=_("Mail to place"),
            url=reverse("servicedesk:mails"),
            icon="mail-question-mark",
            kind=_("mail"),
            who=oldest.sender,
            reason=ngettext("%(count)s mail waits for a person", "%(count)s mails wait for a person", count)
            % {"count": shown},
            state=oldest.get_state_display(),
            state_colour="yellow",
            due_at=None,
            since=oldest.received_at,
        )
    ]
