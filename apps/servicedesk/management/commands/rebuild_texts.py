"""`manage.py rebuild_texts`: what is searched of requests, from their words again; prints differences."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from apps.servicedesk.services.texts import rebuild_texts


class Command(BaseCommand):
    help = "Collect the searched words of every filed request again and print where others were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print, change nothing")

    def handle(self, *args: object, **options: object) -> None:
        count = 0
        for difference in rebuild_texts(write=not options["dry_run"]):
            count += 1
            self.stdout.write(str(difference))
        self.stdout.write(f"differences: {count}")
