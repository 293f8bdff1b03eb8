"""`manage.py escalate_requests`: what the minute's job does, now; with --dry-run all is taken back at the end."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction

from apps.core.clock import now
from apps.servicedesk.models import Escalation
from apps.servicedesk.services.escalating import escalate, tell_escalations


class Command(BaseCommand):
    help = "Look at the requests whose promises come near their end and tell who is to hear of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print, change and send nothing")

    def handle(self, *args: object, **options: object) -> None:
        at = now()
        with transaction.atomic():
            found = escalate(at=at)
            told = tell_escalations(at=at)
            for each in found:
                self.stdout.write(line_of(each))
            transaction.set_rollback(options["dry_run"])
        self.stdout.write(f"escalated: {len(found)}, people told: {told}")


def line_of(escalation: Escalation) -> str:
    people = ", ".join(word.person.name for word in escalation.words.select_related("person").order_by("pk"))
    rule, due = escalation.rule, escalation.due_at.isoformat()
    return f"{escalation.request.number}: {rule.promise} {rule.when} {rule.amount}, due {due} -> {people or '-'}"
