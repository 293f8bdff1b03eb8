"""What notices put on dashboards: those I owe something about, and those I sent that people are late with."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.approval_items import approvals
from apps.notices.enums import COLOURS, ObligationState
from apps.notices.escalated_items import escalated, with_director
from apps.notices.missing_items import missing
from apps.notices.models import Notice, Obligation
from apps.notices.rules import CHASING_ROLES
from apps.notices.series_items import series_items
from apps.people.enums import Role
from apps.people.models import Person

KIND = gettext_lazy("notice")
LATE_AFTER_DAYS = 5  # working days without a set day: two reminders have gone by then


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries."""
    own = [*owed(user, at, limit), *escalated(user, at, limit), *unanswered(user, at, limit)]
    return [*own, *approvals(user, at, limit), *series_items(user, at, limit), *missing(user, at, limit)]


def owed(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Notices that this person has not opened or acknowledged yet, the earliest due first."""
    lines = Obligation.objects.inbox_of(user).owed().select_related("notice__unit", "notice__sender")
    lines = list(lines.order_by("notice__acknowledge_by", "created_at", "pk")[:limit])
    soon = soon_after(at) if lines else at
    return [_owed(line, at, soon) for line in lines]


def _owed(line: Obligation, at: datetime, soon: datetime) -> WorkItem:
    notice = line.notice
    due = notice.acknowledge_by
    section = Section.MINE if due is None or due > soon else Section.SOON if due >= at else Section.OVERDUE
    read = reverse("notices:read", args=[notice.pk])
    return WorkItem(
        key=f"notices.obligation:{line.pk}",
        section=section,
        number=notice.number,
        title=localized(notice.title),
        url=read,
        icon="megaphone",
        kind=str(KIND),
        who=str(notice.unit),
        reason=_("to acknowledge") if notice.needs_acknowledgement else _("to read"),
        state=str(line.get_state_display()),
        state_colour=COLOURS[line.state],
        due_at=due,
        since=line.created_at,
        overdue=section == Section.OVERDUE,
        actions=(Action(label=_("Open the notice"), url=read, key="o", primary=True),),
    )


def unanswered(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Notices whose day is over while people are still open: the sender's own; for the director all of the office's."""
    open_lines = Obligation.objects.owed().filter(notice=OuterRef("pk"))
    notices = Notice.objects.running().filter(Exists(open_lines)).late(at, LATE_AFTER_DAYS)
    if user.has_role(Role.DIRECTOR):  # what was raised stands in `escalated`
        notices = notices.exclude(Exists(with_director().filter(notice=OuterRef("pk"))))
    else:
        notices = notices.filter(sender=user)
    rows = notices.with_counts().select_related("sender", "unit").order_by("acknowledge_by", "pk")[:limit]
    return [_unanswered(notice, user) for notice in rows]


def _unanswered(notice: Notice, user: Person) -> WorkItem:
    page = reverse("notices:report", args=[notice.pk])
    remind = Action(
        label=_("Remind"), url=reverse("notices:remind", args=[notice.pk]), key="r", post=True, primary=True
    )
    count, whole = notice.open_count, notice.recipient_count or 0
    return WorkItem(
        key=f"notices.notice:{notice.pk}",
        section=Section.OVERDUE if notice.acknowledge_by else Section.WAITING,
        number=notice.number,
        title=localized(notice.title),
        url=f"{page}?show=owed",
        icon="megaphone",
        kind=str(KIND),
        who=notice.sender.name,
        reason=_("%(count)s of %(whole)s still open") % {"count": count, "whole": whole},
        state=str(ObligationState.OPEN.label) if count == whole else _("partly answered"),
        state_colour="yellow",
        due_at=notice.acknowledge_by,
        since=notice.published_at,
        overdue=notice.acknowledge_by is not None,
        handler=notice.sender.name,
        handler_id=notice.sender_id,
        actions=(remind,) if user.has_role(*CHASING_ROLES) or notice.sender_id == user.pk else (),
    )


def soon_after(at: datetime) -> datetime:
    """The end of the next working day; `at` itself when the calendar does not reach that far."""
    try:
        working = office_time()
        return working.end_of_day(working.next_working_day(working.day(at)))
    except CalendarYearMissing:
        return at
