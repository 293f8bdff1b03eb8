"""`manage.py rebuild_document_texts`: what is searched of documents, from their words again; prints differences."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from apps.documents.extraction.working import read_again
from apps.documents.services.texts import rebuild_texts


class Command(BaseCommand):
    help = "Collect the searched words of every document again and print where others were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only print, change nothing; fails on a difference")
        parser.add_argument(
            "--read-again",
            action="store_true",
            help="first order every file in which no words were found to be read again (after OCR_COMMAND was set)",
        )

    def handle(self, *args: object, **options: object) -> None:
        if options["read_again"]:
            self.stdout.write(f"files to read again: {read_again()}")
        count = 0
        for difference in rebuild_texts(write=not options["check"]):
            count += 1
            self.stdout.write(str(difference))
        self.stdout.write(f"differences: {count}")
        if count and options["check"]:
            raise CommandError("What is searched is not what the documents say.")
