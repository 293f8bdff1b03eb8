"""Compute the state of every obligation anew from its evidence, and say where the stored one differed."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from apps.notices import projection
from apps.notices.models import Notice


class Command(BaseCommand):
    help = "Compute the states of obligations from their evidence; prints each difference and mends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--notice", type=int, help="only the notice with this key")
        parser.add_argument("--dry-run", action="store_true", help="print the differences, change nothing")

    def handle(self, *args: object, **options: object) -> None:
        notices = Notice.objects.filter(published_at__isnull=False).order_by("pk")
        if options["notice"]:
            notices = notices.filter(pk=options["notice"])
        total = 0
        for notice in notices.iterator():
            for ids in projection.batches(notice):
                total += self._batch(notice, ids, mend=not options["dry_run"])
        self.stdout.write(f"{total} obligations differed.")

    def _batch(self, notice: Notice, ids: list[int], *, mend: bool) -> int:
        found = projection.differences(ids)
        for key, stored, computed in found:
            self.stdout.write(f"notice {notice.pk} obligation {key}: {stored} → {computed}")
        if found and mend:
            projection.project([key for key, _stored, _computed in found])
        return len(found)
