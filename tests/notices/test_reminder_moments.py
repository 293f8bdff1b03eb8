"""The hour of a reminder is the office's own, on both sides of a change of the clocks."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.core.calendar import WorkingTime
from apps.notices import reminders
from apps.notices.models import Notice


@pytest.mark.parametrize(
    ("zone", "last", "before", "after"),
    [
        ("Europe/Berlin", date(2026, 10, 26), timedelta(hours=2), timedelta(hours=1)),  # back on Sunday the 25th
        ("America/New_York", date(2026, 3, 9), timedelta(hours=-5), timedelta(hours=-4)),  # forward on Sunday the 8th
    ],
)
def test_hour_stays_over_a_change_of_the_clocks(zone: str, last: date, before: timedelta, after: timedelta) -> None:
    office = WorkingTime(
        zone=ZoneInfo(zone),
        weekly={weekday: ((time(8), time(12)),) for weekday in range(5)},
        years=frozenset({2026}),
    )
    notice = Notice(acknowledge_by=datetime.combine(last, time(17), office.zone))
    since = datetime.combine(last - timedelta(days=10), time(9), office.zone)

    found = [reminders.moment(notice, days, office, since).due_at for days in (-1, 0)]

    assert [moment.time() for moment in found] == [time(9), time(9)]
    assert [moment.utcoffset() for moment in found] == [before, after]
    assert [moment.date() for moment in found] == [last - timedelta(days=3), last]
