"""When a mail may leave: not at night, and reminders only on working days."""

from datetime import date, datetime, timedelta

import structlog
from django.conf import settings

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.delivery.enums import MessageClass, Queue
from apps.delivery.models import Message

WEEKEND = 5  # Saturday: what counts where there is no calendar at all
log = structlog.get_logger(__name__)


def earliest(message: Message, at: datetime) -> datetime:
    """The first moment from `at` on at which mails of `message` may leave.

    Account mails, the urgent queue and messages that override quiet hours leave at once.
    """
    if message.overrides_quiet_hours or message.message_class == MessageClass.ACCOUNT or message.queue == Queue.URGENT:
        return at
    return within_mail_hours(at, office_time(), working_days_only=message.queue == Queue.REMINDER)


def within_mail_hours(at: datetime, office: WorkingTime, *, working_days_only: bool) -> datetime:
    """`at` if it lies in the mail hours of an allowed day, else the start of the next such span."""
    opens, closes = settings.MAIL_HOURS  # quiet outside; reminders leave on working days only
    day = office.day(at)
    while True:
        if not working_days_only or is_working(office, day):
            start = datetime.combine(day, opens, office.zone)
            if at < datetime.combine(day, closes, office.zone):
                return max(at, start)
        day += timedelta(days=1)


def is_working(office: WorkingTime, day: date) -> bool:
    """A year that is not loaded must not hold mails back: weekdays count then, and the log says so."""
    try:
        return office.is_working_day(day)
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", year=error.year)
        return bool(office.weekly.get(day.weekday())) if any(office.weekly.values()) else day.weekday() < WEEKEND
