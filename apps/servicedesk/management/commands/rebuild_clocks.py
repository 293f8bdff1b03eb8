"""`manage.py rebuild_clocks`: what requests keep of their clocks, from the ledgers again; prints differences."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from apps.servicedesk.services.clocks import rebuild_clocks


class Command(BaseCommand):
    help = "Compute due time, used minutes and outcome of every filed request again and print what differed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print, change nothing")

    def handle(self, *args: object, **options: object) -> None:
        count = 0
        for difference in rebuild_clocks(write=not options["dry_run"]):
            count += 1
            self.stdout.write(str(difference))
        self.stdout.write(f"differences: {count}")
