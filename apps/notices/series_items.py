"""Notices that could not go out, and what series ask of their senders; the director has those of who left."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.enums import OccurrenceState
from apps.notices.models import Notice, Occurrence, Series
from apps.notices.series_managers import lost_sender
from apps.people.enums import Role
from apps.people.models import Person

KIND = gettext_lazy("notice")
KIND_SERIES = gettext_lazy("series of notices")


def series_items(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """At most `limit` of each kind (four queries)."""
    return [
        *refused(user, at, limit),
        *drafts(user, at, limit),
        *not_made(user, at, limit),
        *without_calendar(user, limit),
    ]


def concerns(user: Person, sender: str) -> Q:
    """What this user sent; of who may not send any more, the director's."""
    own = Q(**{sender: user})
    return own | lost_sender(sender) if user.has_role(Role.DIRECTOR) else own


def refused(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Notices that could not go out at their time, until they are sent, planned anew or thrown away."""
    rows = Notice.objects.filter(concerns(user, "sender"), refused_at__isnull=False).select_related("sender")
    return [_refused(notice, at) for notice in rows.order_by("refused_at", "pk")[:limit]]


def _refused(notice: Notice, at: datetime) -> WorkItem:
    page = reverse("notices:preview", args=[notice.pk])
    is_late = notice.publish_at is None or notice.publish_at <= at  # that of a series may still have some days
    return WorkItem(
        key=f"notices.refused:{notice.pk}",
        section=Section.OVERDUE if is_late else Section.DECIDE,
        number="",
        title=localized(notice.title),
        url=page,
        icon="megaphone-off",
        kind=str(KIND),
        who=notice.sender.name,
        reason=localized(notice.refused_reason),
        state=_("not sent"),
        state_colour="red",
        due_at=notice.publish_at,
        since=notice.refused_at,
        overdue=is_late,
        handler=notice.sender.name,
        handler_id=notice.sender_id,
        actions=(Action(label=_("Look and mend"), url=page, key="o", primary=True),),
    )


def drafts(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Drafts of series: those that wait for the go, and those that leave by themselves, to be looked at before."""
    rows = Occurrence.objects.waiting_for_go() | Occurrence.objects.leaving_by_itself()
    rows = rows.filter(concerns(user, "notice__sender")).select_related("notice__sender", "series")
    return [_draft(row, at) for row in rows.order_by("publish_at", "pk")[:limit]]


def _draft(row: Occurrence, at: datetime) -> WorkItem:
    notice, page = row.notice, reverse("notices:preview", args=[row.notice_id])
    waits, is_late = notice.is_editable, row.is_past(at)
    section = Section.WAITING if not waits else Section.OVERDUE if is_late else Section.DECIDE
    return WorkItem(
        key=f"notices.series_draft:{row.pk}",
        section=section,
        number="",
        title=localized(notice.title),
        url=page,
        icon="repeat",
        kind=str(KIND_SERIES),
        who=row.series.name,
        reason=_("waits for you to publish it") if waits else _("goes out by itself"),
        state=str(notice.get_state_display()),
        state_colour=notice.state_colour,
        due_at=row.publish_at,
        since=row.changed_at,
        overdue=waits and is_late,
        handler=notice.sender.name,
        handler_id=notice.sender_id,
        actions=(Action(label=_("Look and publish") if waits else _("Look at it"), url=page, key="o", primary=waits),),
    )


def not_made(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Dates whose draft could not be made, until somebody tries again or leaves them out."""
    rows = Occurrence.objects.not_made().filter(concerns(user, "series__sender")).select_related("series__sender")
    return [_not_made(row, at) for row in rows.order_by("publish_at", "pk")[:limit]]


def _not_made(row: Occurrence, at: datetime) -> WorkItem:
    page, is_late = row.series.get_absolute_url(), row.is_past(at)
    return WorkItem(
        key=f"notices.occurrence:{row.pk}",
        section=Section.OVERDUE if is_late else Section.DECIDE,
        number="",
        title=row.series.name,
        url=page,
        icon="repeat",
        kind=str(KIND_SERIES),
        who=row.series.sender.name,
        reason=localized(row.reason),
        state=str(OccurrenceState(row.state).label),
        state_colour=row.state_colour,
        due_at=row.publish_at,
        since=row.changed_at,
        overdue=is_late,
        handler=row.series.sender.name,
        handler_id=row.series.sender_id,
        actions=(Action(label=_("Look and settle"), url=page, key="o", primary=True),),
    )


def without_calendar(user: Person, limit: int) -> list[WorkItem]:
    """Running series whose next date nobody can count, because the calendar of its year is not loaded."""
    rows = Series.objects.running().filter(concerns(user, "sender"), blocked_year__isnull=False)
    return [_without_calendar(series) for series in rows.select_related("sender").order_by("pk")[:limit]]


def _without_calendar(series: Series) -> WorkItem:
    return WorkItem(
        key=f"notices.series:{series.pk}",
        section=Section.STUCK,
        number="",
        title=series.name,
        url=series.get_absolute_url(),
        icon="calendar-off",
        kind=str(KIND_SERIES),
        who=series.sender.name,
        reason=_("The working calendar of %(year)s is not loaded: no date is counted.") % {"year": series.blocked_year},
        state=str(series.get_state_display()),
        state_colour=series.state_colour,
        due_at=None,
        since=series.changed_at,
        handler=series.sender.name,
        handler_id=series.sender_id,
        actions=(Action(label=_("Look at it"), url=series.get_absolute_url(), key="o"),),
    )
