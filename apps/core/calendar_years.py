"""Fill a calendar with a year's public holidays and make-up working days."""

from datetime import date, datetime, timedelta

import chinese_calendar
from django.db import transaction

from apps.core.clock import now
from apps.core.models import Calendar, CalendarDay, CalendarVersion, CalendarYear

OFFICE_WEEK = {str(day): [["08:00", "12:00"], ["14:00", "17:30"]] for day in range(5)}
MAKEUP_DAY = [["08:00", "12:00"], ["14:00", "17:30"]]

HOLIDAY_NAMES = {
    "New Year's Day": {"en": "New Year's Day", "zh-hans": "元旦", "zh-hant": "元旦"},
    "Spring Festival": {"en": "Spring Festival", "zh-hans": "春节", "zh-hant": "春節"},
    "Tomb-sweeping Day": {"en": "Tomb-sweeping Day", "zh-hans": "清明节", "zh-hant": "清明節"},
    "Labour Day": {"en": "Labour Day", "zh-hans": "劳动节", "zh-hant": "勞動節"},
    "Dragon Boat Festival": {"en": "Dragon Boat Festival", "zh-hans": "端午节", "zh-hant": "端午節"},
    "National Day": {"en": "National Day", "zh-hans": "国庆节", "zh-hant": "國慶節"},
    "Mid-autumn Festival": {"en": "Mid-autumn Festival", "zh-hans": "中秋节", "zh-hant": "中秋節"},
}


# Public holidays fixed by regulation (State Council order 795, in force since 2025) where the yearly notice with its
# make-up days is not in the installed package yet. Such a year is provisional: the alarm stays on until it is replaced.
STATUTORY_DAYS: dict[int, dict[str, list[date]]] = {
    2027: {
        "New Year's Day": [date(2027, 1, 1)],
        "Spring Festival": [date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8)],
        "Tomb-sweeping Day": [date(2027, 4, 5)],
        "Labour Day": [date(2027, 5, 1), date(2027, 5, 2)],
        "Dragon Boat Festival": [date(2027, 6, 9)],
        "Mid-autumn Festival": [date(2027, 9, 15)],
        "National Day": [date(2027, 10, 1), date(2027, 10, 2), date(2027, 10, 3)],
    }
}


class YearNotPublished(Exception):
    """The official list of this year is not in the installed `chinesecalendar` release."""


def published_days(year: int) -> list[tuple[date, bool, str]]:
    """Days of `year` that differ from the plain week: (day, is it worked, holiday's English name).

    Source: the State Council's yearly holiday notice, as released in the package `chinesecalendar`.
    Raises YearNotPublished.
    """
    days = []
    day = date(year, 1, 1)
    while day.year == year:
        try:
            is_holiday, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError as error:
            raise YearNotPublished(year) from error
        if name or is_holiday != (day.weekday() > 4):
            days.append((day, not is_holiday, name or ""))
        day += timedelta(days=1)
    return days


@transaction.atomic
def load_year(*, version: CalendarVersion, year: int) -> int:
    """Add the exceptions of `year` to `version` and mark the year as known; gives the number of days.

    A year whose official list is out replaces a provisional one; a year that is fully known is left as it is.
    Raises YearNotPublished when not even the statutory days are at hand.
    """
    known = CalendarYear.objects.filter(version=version, year=year).first()
    if known and not known.provisional:
        return 0
    try:
        days, source, provisional = published_days(year), "chinesecalendar", False
    except YearNotPublished:
        if known or year not in STATUTORY_DAYS:
            raise
        days, source, provisional = statutory_days(year), "statutory days, make-up days not announced", True
    if known:
        known.delete()
        CalendarDay.objects.filter(version=version, day__year=year).delete()
    return add_days(version=version, year=year, days=days, source=source, provisional=provisional)


def statutory_days(year: int) -> list[tuple[date, bool, str]]:
    return [(day, False, name) for name, days in STATUTORY_DAYS[year].items() for day in days]


def holiday_name(name: str) -> dict[str, str]:
    """The name in all languages where it is one of ours, in whichever it was written; else as it was written."""
    for key, names in HOLIDAY_NAMES.items():
        if name == key or name in names.values():
            return names
    return dict.fromkeys(("en", "zh-hans", "zh-hant"), name) if name else {}


def add_days(
    *, version: CalendarVersion, year: int, days: list[tuple[date, bool, str]], source: str, provisional: bool = False
) -> int:
    """Write the exceptions of a year that is not known yet, and the mark that says it is known now."""
    rows = [
        CalendarDay(
            version=version,
            day=day,
            intervals=MAKEUP_DAY if worked else [],
            name=holiday_name(name),
        )
        for day, worked, name in days
    ]
    CalendarDay.objects.bulk_create(rows)
    CalendarYear.objects.create(version=version, year=year, source=source, provisional=provisional)
    return len(rows)


@transaction.atomic
def create_office_calendar(*, code: str, years: list[int], at: datetime | None = None) -> CalendarVersion:
    """The calendar `code` with the usual office week and the given years; does nothing if it is there."""
    calendar, _made = Calendar.objects.get_or_create(
        code=code, defaults={"name": {"en": "Office", "zh-hant": "辦公室工作日曆", "zh-hans": "办公室工作日历"}}
    )
    version, _made = CalendarVersion.objects.get_or_create(
        calendar=calendar, number=1, defaults={"weekly": OFFICE_WEEK, "created_at": at or now()}
    )
    for year in years:
        if not CalendarYear.objects.filter(version=version, year=year).exists():
            load_year(version=version, year=year)
    return version
