"""The alarm of a year that will be needed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.core.calendar_alarm import missing_years
from apps.core.calendar_years import OFFICE_WEEK, create_office_calendar
from apps.core.models import Calendar, CalendarVersion, CalendarYear

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=ZONE)
DECEMBER = datetime(2026, 12, 1, 0, 0, tzinfo=ZONE)


def test_next_year_is_asked_for_from_december():
    create_office_calendar(code="office", years=[2026])
    assert missing_years(NOVEMBER) == []
    assert missing_years(DECEMBER) == [("office", 2027, False)]


def test_provisional_year_keeps_the_alarm_on():
    version = create_office_calendar(code="office", years=[2026])
    CalendarYear.objects.create(version=version, year=2027, source="guess", provisional=True)
    assert missing_years(DECEMBER) == [("office", 2027, True)]


def test_newest_version_is_asked():
    """An older version that knows the year does not help: new things are counted by the newest."""
    create_office_calendar(code="office", years=[2026])
    calendar = Calendar.objects.get()
    CalendarVersion.objects.create(calendar=calendar, number=2, weekly=OFFICE_WEEK, created_at=NOVEMBER)
    assert missing_years(NOVEMBER) == [("office", 2026, False)]


def test_calendar_without_a_version_is_missing_everything():
    Calendar.objects.create(code="bare")
    assert missing_years(NOVEMBER) == [("bare", 2026, False)]
