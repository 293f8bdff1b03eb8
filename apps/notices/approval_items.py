"""Notices that wait for approval: for who decides, and for who sent them."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.enums import NoticeState
from apps.notices.models import Notice
from apps.people.models import Person


def approvals(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """To decide, the earliest first, and the own ones that others decide (three queries and those of the deputies)."""
    of_notices = Step.objects.filter(subject_type=ContentType.objects.get_for_model(Notice))
    asked = of_notices.waiting_for(user, at).values("subject_id")
    waiting = Notice.objects.filter(state=NoticeState.WAITING).select_related("sender", "unit")
    to_decide = waiting.filter(pk__in=asked).order_by("publish_at", "pk")[:limit]
    mine = waiting.filter(sender=user).order_by("publish_at", "pk")[:limit]
    return [*(_to_decide(notice, at) for notice in to_decide), *(_mine(notice, at) for notice in mine)]


def _to_decide(notice: Notice, at: datetime) -> WorkItem:
    page = reverse("notices:approval", args=[notice.pk])
    action = Action(label=_("Look and decide"), url=page, key="o", primary=True)
    return _item(notice, at, Section.DECIDE, page, notice.sender.name, action)


def _mine(notice: Notice, at: datetime) -> WorkItem:
    page = reverse("notices:preview", args=[notice.pk])
    return _item(notice, at, Section.WAITING, page, str(notice.unit))


def _item(notice: Notice, at: datetime, section: Section, page: str, who: str, *actions: Action) -> WorkItem:
    return WorkItem(
        key=f"notices.approval:{notice.pk}",
        section=section,
        number="",
        title=localized(notice.title),
        url=page,
        icon="megaphone",
        kind=_("notice"),
        who=who,
        reason=_("to %(count)s people") % {"count": notice.approval_people},
        state=str(notice.get_state_display()),
        state_colour=notice.state_colour,
        due_at=notice.publish_at,
        since=notice.created_at,
        overdue=notice.publish_at is not None and notice.publish_at < at,
        actions=actions,
    )
