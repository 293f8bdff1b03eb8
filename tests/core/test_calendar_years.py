"""Years come in whole, once, and a provisional one is replaced."""

from datetime import date

import pytest

from apps.core import calendar_years
from apps.core.calendar_years import YearNotPublished, add_days, create_office_calendar, load_year, published_days
from apps.core.models import CalendarDay, CalendarVersion, CalendarYear

pytestmark = pytest.mark.django_db


def test_published_year_holds_holidays_and_makeup_days():
    days = {day: worked for day, worked, _name in published_days(2026)}
    assert days[date(2026, 10, 1)] is False
    assert days[date(2026, 10, 10)] is True
    assert date(2026, 11, 23) not in days
    assert date(2026, 11, 22) not in days


def test_calendar_is_made_once():
    first = create_office_calendar(code="office", years=[2026])
    count = CalendarDay.objects.count()
    assert create_office_calendar(code="office", years=[2026]) == first
    assert (CalendarDay.objects.count(), CalendarVersion.objects.count()) == (count, 1)
    assert load_year(version=first, year=2026) == 0


def test_year_without_a_list_is_refused_whole():
    version = create_office_calendar(code="office", years=[2026])
    with pytest.raises(YearNotPublished):
        load_year(version=version, year=2040)
    assert list(CalendarYear.objects.values_list("year", flat=True)) == [2026]


def test_provisional_year_gives_way_to_the_official_one(monkeypatch):
    version = create_office_calendar(code="office", years=[2026])
    add_days(version=version, year=2027, days=[(date(2027, 1, 1), False, "")], source="guess", provisional=True)
    official = [(date(2027, 1, 2), True, "New Year's Day")]
    monkeypatch.setattr(calendar_years, "published_days", lambda year: official)
    assert load_year(version=version, year=2027) == 1
    assert not CalendarYear.objects.get(year=2027).provisional
    day = CalendarDay.objects.get(day__year=2027)
    assert (day.day, day.is_working, day.name["zh-hant"]) == (date(2027, 1, 2), True, "元旦")


def test_provisional_year_stays_while_nothing_better_is_out(monkeypatch):
    version = create_office_calendar(code="office", years=[2026])
    add_days(version=version, year=2050, days=[(date(2050, 1, 1), False, "")], source="guess", provisional=True)
    with pytest.raises(YearNotPublished):
        load_year(version=version, year=2050)
    assert CalendarYear.objects.get(year=2050).provisional
