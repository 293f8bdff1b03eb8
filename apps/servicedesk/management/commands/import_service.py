"""`manage.py import_service FILE`: bring in a service from its file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.questionnaires.services import UnableToPublish
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.templates import UnableToSaveTemplate
from apps.servicedesk.services.transfer import effect_of, import_service
from apps.servicedesk.services.transfer_reading import UnableToImport, read_text


class Command(BaseCommand):
    help = "Make or change a service of the catalogue as its file says; with --dry-run only say what would be done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only print, change nothing")

    def handle(self, *args: object, **options: object) -> None:
        try:
            incoming = read_text(options["file"].read_text(encoding="utf-8-sig"))
            effect = effect_of(incoming)
            for words in effect.makes:
                self.stdout.write(f"makes {words}")
            for name, before, after in effect.changes:
                self.stdout.write(f"changes {name}: {before} -> {after}")
            for words in effect.notes:
                self.stdout.write(f"note: {words}")
            if effect.is_nothing:
                self.stdout.write("nothing to do")
            if not options["dry_run"]:
                import_service(incoming=incoming, actor=None)
        except UnableToImport as error:
            raise CommandError("\n".join(error.mistakes)) from error
        except (OSError, UnicodeDecodeError, ServiceChanged, UnableToPublish, UnableToSaveTemplate) as error:
            raise CommandError(str(error)) from error
