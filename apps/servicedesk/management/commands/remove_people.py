"""`manage.py remove_people`: what the nightly job does, now; with --dry-run everything is taken back at the end."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction

from apps.core.clock import now
from apps.servicedesk.services.retention import run


class Command(BaseCommand):
    help = "Remove people from requests whose time is over, by the rule of each service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print, remove nothing")

    def handle(self, *args: object, **options: object) -> None:
        if not options["dry_run"]:
            self.tell(run(at=now()).counts)
            return
        with transaction.atomic():
            self.tell(run(at=now()).counts)
            transaction.set_rollback(True)

    def tell(self, counts: dict[str, int]) -> None:
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())) or "nothing")
