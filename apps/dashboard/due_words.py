"""A time limit in a few words: when it is, or how much working time it is late."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.calendar import CalendarYearMissing, WorkingTime
from apps.core.templatetags.portal import short
from apps.core.work_item import WorkItem


def due_words(item: WorkItem, *, working: WorkingTime, at: datetime) -> str:
    """ "today 11:30", or "5 working hours late"; the plain moment where the calendar does not know the year."""
    if item.due_at is None:
        return ""
    if not item.overdue:
        return short(item.due_at)
    try:
        days = working.working_days_between(working.day(item.due_at), working.day(at))
        minutes = working.minutes_between(item.due_at, at)
    except CalendarYearMissing:
        return _("overdue since %(when)s") % {"when": short(item.due_at)}
    if days >= 1:
        return ngettext("%(n)d working day late", "%(n)d working days late", days) % {"n": days}
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(n)d working hour late", "%(n)d working hours late", hours) % {"n": hours}
    if minutes == 0:  # late only since work ended for the day
        return _("was due %(when)s") % {"when": short(item.due_at)}
    return ngettext("%(n)d working minute late", "%(n)d working minutes late", minutes) % {"n": minutes}
