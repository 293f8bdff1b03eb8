"""Work the state of each delivery out from its evidence again, and print what differs."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction

from apps.delivery.enums import WORK_STATES
from apps.delivery.models import Delivery
from apps.delivery.services.evidence import project
from apps.delivery.states import state_of

SLICE = 1_000


class Command(BaseCommand):
    help = "Compare the state of deliveries with their evidence; --repair puts the evidence's state in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write the right state")

    def handle(self, *args: object, repair: bool, **options: object) -> None:
        last, different = 0, 0
        while rows := list(self.slice_after(last)):
            last = rows[-1].pk
            for row in rows:
                right = state_of(fact.kind for fact in row.evidence.all())
                if right != row.state:
                    different += 1
                    self.stdout.write(f"{row.pk}: shown {row.state}, evidence {right}")
                    if repair:
                        self.put_right(row.pk)
        self.stdout.write(f"{different} different")

    def slice_after(self, last: int) -> list[Delivery]:
        """Rows that the sender is not at work on: its states rest on no evidence."""
        rows = Delivery.objects.filter(pk__gt=last).exclude(state__in=WORK_STATES)
        return list(rows.order_by("pk").prefetch_related("evidence")[:SLICE])

    def put_right(self, pk: int) -> None:
        with transaction.atomic():
            project(Delivery.objects.select_for_update().get(pk=pk))
