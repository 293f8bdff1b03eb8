"""Take one mail in from standard input: what a mail server's pipe transport calls."""

import sys

from django.core.management.base import BaseCommand, CommandError

from apps.delivery.inbound import ingest
from apps.delivery.limits import RAW_BYTES


class Command(BaseCommand):
    help = "Keep one mail from standard input; a worker reads it within a minute."

    def handle(self, *args: object, **options: object) -> None:
        raw = getattr(self, "stdin", sys.stdin.buffer).read(RAW_BYTES + 1)
        if not raw.strip():
            raise CommandError("no mail on standard input")
        self.stdout.write(f"kept as {ingest(raw).pk}")
