"""Bring a roster in from the command line: the same engine as the pages."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from apps.imports.enums import BatchState, Verdict
from apps.imports.models import Batch
from apps.imports.results import as_figures, column_labels, describe
from apps.imports.services import UnableToCommit, check, commit, stage
from apps.people.enums import Role


class ImportFile(BaseCommand):
    """A file of `target`, checked and brought in; the commands of other targets are made of it."""

    target = "roster"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
        parser.add_argument(
            "--accept-partial", action="store_true", help="bring the good rows in, leave the refused out"
        )

    def handle(self, *, file: Path, role: str | None = None, **options: object) -> None:
        with connection.cursor() as cursor:  # a person waits at the console; the pages' limit is for pages
            cursor.execute("SET statement_timeout = 0")
        given = {"role": role} if role else {}
        batch = stage(data=read(file), file_name=file.name, actor=None, target=self.target, options=given)
        batch = check(batch=batch, actor=None)
        if batch.state == BatchState.CHECKED and not options["dry_run"]:
            try:
                batch = commit(batch=batch, actor=None, accept_partial=bool(options["accept_partial"]))
            except UnableToCommit as error:
                self.stderr.write(str(error))
        figures = as_figures(batch, dry_run=bool(options["dry_run"]))
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self.tell(batch, figures)
        if figures["refused"] and batch.state != BatchState.COMMITTED:
            raise SystemExit(1)

    def tell(self, batch: Batch, figures: dict[str, object]) -> None:
        refused = figures["refused"]
        self.stdout.write(
            f"created {figures['created']}, updated {figures['updated']}, unchanged {figures['unchanged']}"
        )
        self.stdout.write(f"refused {len(refused)}")
        for item in refused:
            self.stdout.write(f"  line {item['line']}: {item['column']}: {item['reason']}")
        self.tell_doubtful(batch)

    def tell_doubtful(self, batch: Batch) -> None:
        """Rows that come in but deserve a look."""
        labels = column_labels(batch)
        rows = batch.rows.exclude(verdict=Verdict.REFUSED).exclude(problems=[]).order_by("pk")
        lines = [describe(row, labels) for row in rows]
        self.stdout.write(f"to look at {len(lines)}")
        for line in lines:
            self.stdout.write(f"  line {line.row.line}: {line.column}: {line.reason}")


class Command(ImportFile):
    help = "Bring people in from a CSV, TSV or XLSX roster. Exit 1 when a row was refused and nothing was brought in."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--role", choices=[Role.STUDENT, Role.STAFF], help="default: told by the columns")


def read(path: Path) -> bytes:
    """The bytes of the file, if it is there and not too large."""
    try:
        if path.stat().st_size > settings.UPLOAD_MAX_BYTES:
            raise CommandError(f"{path} is larger than {settings.UPLOAD_MAX_BYTES // 2**20} MiB.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
