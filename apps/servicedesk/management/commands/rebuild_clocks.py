"""`manage.py rebuild_clocks`: what requests keep of their clocks, from the ledgers again; prints differences."""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from apps.servicedesk.services.clocks import rebuild_clocks


class Command(BaseCommand):
    help = "Compute both promises of every filed request again from its ledger and print what differed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print, change nothing")
        parser.add_argument("--check", action="store_true", help="as --dry-run, and fail if anything differs")

    def handle(self, *args: object, **options: object) -> None:
        count = 0
        for difference in rebuild_clocks(write=not (options["dry_run"] or options["check"])):
            count += 1
            self.stdout.write(str(difference))
        self.stdout.write(f"differences: {count}")
        if options["check"] and count:
            sys.exit(1)
