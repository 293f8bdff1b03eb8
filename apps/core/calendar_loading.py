"""A year brought into a working calendar by hand, from the installed package or a file, with what changes by it."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import structlog
from django.db import transaction

from apps.core.calendar_years import (
    STATUTORY_DAYS,
    YearNotPublished,
    add_days,
    published_days,
    statutory_days,
)
from apps.core.clock import now
from apps.core.models import CalendarDay, CalendarVersion, CalendarYear

log = structlog.get_logger(__name__)
WORKED = {"yes", "true", "1", "y", "working", "是", "上班", "班"}
CLOSED = {"no", "false", "0", "n", "closed", "否", "休", "放假", "休息"}
COLUMNS = ("day", "working", "name")
Day = tuple[date, bool, str]


class UnableToLoadYear(Exception):
    """The year is known already, not to be had, or the file is not right; the text says what to do."""


@dataclass(frozen=True)
class Change:
    """A day that counts otherwise than before. Both words are "closed", "worked" or "as its weekday"."""

    day: date
    before: str
    after: str


def read_days(path: Path, year: int) -> list[Day]:
    """The days of a CSV file with the columns day (2028-01-01), working (yes or no) and name.

    Raises UnableToLoadYear with every line that is not right; nothing is taken of such a file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lines = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnableToLoadYear(f"{path} cannot be read as CSV in UTF-8: {error}") from error
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise UnableToLoadYear(f"{path} needs a first line with the columns {', '.join(COLUMNS)}.")
    days: dict[date, Day] = {}
    wrong = []
    for number, line in enumerate(lines, start=2):
        try:
            found = _day(line, year)
            if found[0] in days:
                raise ValueError("this day stands twice")
            days[found[0]] = found
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong or not days:
        raise UnableToLoadYear("\n".join(wrong) or f"{path} holds no days.")
    return sorted(days.values())


def _day(line: dict[str, str | None], year: int) -> Day:
    text, word, name = ((line[column] or "").strip() for column in COLUMNS)
    day = date.fromisoformat(text)
    if day.year != year:
        raise ValueError(f"{day} is not in {year}")
    if word.lower() not in WORKED | CLOSED:
        raise ValueError(f"“{word}” says neither yes nor no")
    return day, word.lower() in WORKED, name


@transaction.atomic
def bring_year(
    *, version: CalendarVersion, year: int, file: Path | None = None, at: datetime | None = None
) -> tuple[CalendarYear, list[Change]]:
    """Load `year` into `version`, in place of a provisional one; gives its mark and what counts otherwise now.

    Refuses a year that is fully known, because deadlines were counted with it (`next_version` makes room for another).
    """
    version = CalendarVersion.objects.select_for_update().get(pk=version.pk)
    known = version.years.filter(year=year).first()
    if known and not known.provisional:
        raise UnableToLoadYear(
            f"{year} is fully known ({known.source}). To change it, make a new version (--new-version)."
        )
    days, source, provisional = _days(year, file, is_known=known is not None)
    before = _words(version, year)
    version.days.filter(day__year=year).delete()
    version.years.filter(year=year).delete()
    add_days(version=version, year=year, days=days, source=source, provisional=provisional)
    log.info("calendar_year_loaded", version_id=version.pk, year=year, source=source, at=str(at or now()))
    after = _words(version, year)
    usual = "as its weekday"
    changes = [
        Change(day, before.get(day, usual), after.get(day, usual))
        for day in sorted(before.keys() | after.keys())
        if before.get(day, usual) != after.get(day, usual)
    ]
    return version.years.get(year=year), changes


def _days(year: int, file: Path | None, *, is_known: bool) -> tuple[list[Day], str, bool]:
    """(days, where from, are they only provisional)."""
    if file:
        return read_days(file, year), f"file {file.name}"[:200], False
    try:
        return published_days(year), "chinesecalendar", False
    except YearNotPublished as error:
        if is_known or year not in STATUTORY_DAYS:
            raise UnableToLoadYear(
                f"The installed chinesecalendar does not know {year}. Update it, or give the days with --file."
            ) from error
        return statutory_days(year), "statutory days, make-up days not announced", True


def _words(version: CalendarVersion, year: int) -> dict[date, str]:
    return {row.day: "worked" if row.is_working else "closed" for row in version.days.filter(day__year=year)}


@transaction.atomic
def next_version(*, version: CalendarVersion, without: int, at: datetime | None = None) -> CalendarVersion:
    """A copy of `version` that does not know the year `without`. What is under way keeps counting by the old one."""
    newest = CalendarVersion.objects.select_for_update().filter(calendar=version.calendar).latest("number")
    made = CalendarVersion.objects.create(
        calendar=version.calendar, number=newest.number + 1, weekly=version.weekly, created_at=at or now()
    )
    years = version.years.exclude(year=without)
    CalendarYear.objects.bulk_create(
        CalendarYear(version=made, year=row.year, source=row.source, provisional=row.provisional) for row in years
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(version=made, day=row.day, intervals=row.intervals, name=row.name)
        for row in version.days.exclude(day__year=without)
    )
    return made
