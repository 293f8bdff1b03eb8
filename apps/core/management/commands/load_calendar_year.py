"""Bring the holidays and make-up working days of a year into a working calendar."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.core.calendar import OFFICE_CALENDAR, current_version
from apps.core.calendar_loading import UnableToLoadYear, bring_year, next_version
from apps.core.models import CalendarVersion


class Command(BaseCommand):
    help = "Load a year of a working calendar from chinesecalendar, or from a CSV file (day,working,name)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--calendar", default=OFFICE_CALENDAR, help="code of the calendar (%(default)s)")
        parser.add_argument("--file", type=Path, help="CSV with the columns day, working (yes or no), name")
        parser.add_argument(
            "--new-version", action="store_true", help="change a known year; what is under way keeps the old version"
        )

    def handle(self, *args: object, **options: object) -> None:
        year = options["year"]
        if not 2000 <= year <= 2100:
            raise CommandError(f"{year} is no year of this calendar.")
        try:
            with transaction.atomic():
                version = current_version(options["calendar"])
                if options["new_version"]:
                    version = next_version(version=version, without=year)
                mark, changes = bring_year(version=version, year=year, file=options["file"])
        except CalendarVersion.DoesNotExist as error:
            raise CommandError(f"There is no calendar “{options['calendar']}”.") from error
        except UnableToLoadYear as error:
            raise CommandError(str(error)) from error
        for change in changes:
            self.stdout.write(f"{change.day} {change.day:%a}: {change.before} -> {change.after}")
        kind = "provisional" if mark.provisional else "known"
        name = f"{options['calendar']} version {version.number}"
        self.stdout.write(f"{name}: {year} is {kind} ({mark.source}), {len(changes)} days changed.")
