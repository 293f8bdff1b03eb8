"""Say what mails are: bounce, receipt, complaint, automatic reply. Reads files, touches nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.delivery.reading import read_mail


class Command(BaseCommand):
    help = "Say what each mail file is, one line a mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: object, files: list[Path], json: bool, **options: object) -> None:
        for path in files:
            try:
                mail = read_mail(path.read_bytes())
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from error
            self.stdout.write(as_json(path, mail.as_json()) if json else as_words(path, mail.as_json()))


def as_json(path: Path, answer: dict[str, object]) -> str:
    return json.dumps({"file": str(path), **answer}, ensure_ascii=False)


def as_words(path: Path, answer: dict[str, object]) -> str:
    about = ", ".join(
        f"{one['address']} {one['status'] or '-'} {one['cause']}{' (hard)' if one['hard'] else ''}"
        for one in answer["recipients"]
    )
    return f"{path}: {answer['kind']} {about}".rstrip()
