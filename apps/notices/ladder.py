"""The ladder: by which channels a notice reaches for a person, in which order, and how long each is waited for.

Pure: no database here. A rung is one step, of one channel or of both chats together; above the last stands the phone
list of the unit secretary. A notice that is out keeps the channels it had then, so a rung's number means the same for
ever; a channel that was switched off since is passed over. A browser notification is no rung of its own: it goes
beside the first one and holds nobody there, because that a push service took it is no arrival.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from apps.core.calendar import CalendarYearMissing, WorkingTime
from apps.delivery.channels import PERSONAL, enabled
from apps.delivery.enums import WEAK_CHANNELS, Channel
from apps.delivery.quiet import within_mail_hours
from apps.notices.models import Notice
from apps.notices.models.obligation import PHONE

CHAT = (Channel.WECOM, Channel.DINGTALK)
REACHED_WAITS = 3  # who has a message in the mailbox or phone is left so many times as long before the next rung
WITHOUT_CALENDAR = 3  # of a day of 24 hours about a third is worked
log = structlog.get_logger(__name__)
Rung = tuple[Channel, ...]


def usual_channels() -> list[str]:
    """The channels that are set up, in the order of the settings; mail always."""
    return [str(channel) for channel in settings.NOTICE_LADDER if channel in enabled()] or [Channel.MAIL.value]


def channels_of(notice: Notice) -> list[str]:
    """The notice's own channels, else the usual ones. What the sender left out is not used; never none at all."""
    if notice.is_out:
        return notice.ladder or [Channel.MAIL.value]
    return [channel for channel in usual_channels() if channel in notice.ladder] or usual_channels()


def rungs(notice: Notice) -> list[Rung]:
    """In order; the chats are one rung, where the first of them stands."""
    return grouped(channels_of(notice))


def grouped(channels: Iterable[str]) -> list[Rung]:
    known = [Channel(channel) for channel in channels if channel in PERSONAL]
    chats = tuple(channel for channel in known if channel in CHAT)
    steps = [chats if channel in CHAT else (channel,) for channel in known if channel not in WEAK_CHANNELS]
    steps = list(dict.fromkeys(steps))
    if beside := tuple(channel for channel in known if channel in WEAK_CHANNELS):
        first, *others = steps or [(Channel.MAIL,)]
        return [(*first, *beside), *others]
    return steps


def rung_of(steps: Sequence[Rung], number: int) -> Rung:
    """The channels of rung 1, 2, … that work now; nothing where all were switched off, or above the last."""
    if number > len(steps):
        return ()
    return tuple(channel for channel in steps[number - 1] if channel in enabled())


def ways(notices: Iterable[Notice]) -> list[Channel]:
    """The channels that work now, one after the other, for words that go by the first that reaches: those of the first
    notice, then what only the others may use. What reaches nobody for certain stands at the end, and goes beside.
    """
    wanted = dict.fromkeys(channel for notice in notices for rung in rungs(notice) for channel in rung)
    working = [channel for channel in wanted if channel in enabled()]
    return sorted(working, key=lambda channel: channel in WEAK_CHANNELS)


def following(steps: Sequence[Rung], number: int) -> int:
    """The rung above `number`, or PHONE."""
    return number + 1 if number < len(steps) else PHONE


def look_again_at(notice: Notice, office: WorkingTime, at: datetime, *, times: int = 1) -> datetime:
    """When to look for evidence of what is sent at `at`: working time from the moment when it may leave.

    An urgent notice waits by the clock on the wall, at night and on holidays too.
    """
    if notice.is_urgent:
        return at + timedelta(minutes=settings.NOTICE_URGENT_RUNG_MINUTES * times)
    minutes = settings.NOTICE_RUNG_MINUTES * times
    leaves = within_mail_hours(at, office, working_days_only=False)
    try:
        return office.add_minutes(leaves, minutes)
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", notice=notice.pk, year=error.year)
    if not any(office.weekly.values()):
        return leaves + timedelta(minutes=minutes * WITHOUT_CALENDAR)
    return by_the_week(office, leaves.year).add_minutes(leaves, minutes)


def reached_before(notice: Notice, office: WorkingTime, at: datetime) -> datetime:
    """Who was reached before this moment has had the longer wait by `at`."""
    if notice.is_urgent:
        return at - timedelta(minutes=settings.NOTICE_URGENT_RUNG_MINUTES * REACHED_WAITS)
    minutes = settings.NOTICE_RUNG_MINUTES * REACHED_WAITS
    if not any(office.weekly.values()):
        return at - timedelta(minutes=minutes * WITHOUT_CALENDAR)
    return minutes_back(by_the_week(office, at.year), at, minutes)


def by_the_week(office: WorkingTime, year: int) -> WorkingTime:
    """The same calendar, in which a year that is not loaded goes by the weekly pattern: nobody waits for ever."""
    return replace(office, years=office.years | {year - 1, year, year + 1, year + 2})


def minutes_back(office: WorkingTime, end: datetime, minutes: int) -> datetime:
    """The moment from which `minutes` working minutes lie before `end`. The calendar must know the days."""
    left = timedelta(minutes=minutes)
    day = office.day(end)
    while True:
        for opens, closes in reversed(office.spans(day)):
            until = min(closes, end)
            if until <= opens:
                continue
            if left <= until - opens:
                return until - left
            left -= until - opens
        day -= timedelta(days=1)
