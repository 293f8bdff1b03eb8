"""The site gave its virus scanner up: open the files that wait for it, unchecked."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from apps.journal.scanning import UnableToRelease, release_waiting


class Command(BaseCommand):
    help = (
        "Opens files that wait for a scanner which is set no more. They stay unchecked until they are uploaded again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, yes: bool, **options: object) -> None:
        if not yes and input("Open all waiting files without a check? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was done.")
        try:
            self.stdout.write(f"{release_waiting()} files opened")
        except UnableToRelease as error:
            raise CommandError(str(error)) from error
