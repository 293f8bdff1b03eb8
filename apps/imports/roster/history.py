"""History of imported people, in bulk: one entry a person, as journal.services.record would write it."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from apps.imports.enums import Verdict
from apps.imports.models import Batch, Row
from apps.journal.models import Entry
from apps.people.models import Person

VERBS = {Verdict.CREATED: "imported", Verdict.UPDATED: "updated_by_import"}
SCALARS = ("name", "name_en", "email", "is_active")


def record_rows(rows: Sequence[Row], *, batch: Batch, actor: Person | None, at: datetime) -> None:
    _write(rows, [VERBS[Verdict(row.verdict)] for row in rows], batch, actor, at)


def record_undone(rows: Sequence[Row], *, batch: Batch, actor: Person | None, at: datetime) -> None:
    _write(rows, ["import_undone"] * len(rows), batch, actor, at)


def _write(rows: Sequence[Row], verbs: list[str], batch: Batch, actor: Person | None, at: datetime) -> None:
    kind = ContentType.objects.get_for_model(Person)
    Entry.objects.bulk_create(
        (
            Entry(
                at=at, actor=actor, verb=verb, subject_type=kind, subject_id=row.object_id, changes=_changes(row, batch)
            )
            for row, verb in zip(rows, verbs, strict=True)
        ),
        batch_size=1000,
    )


def _changes(row: Row, batch: Batch) -> dict[str, object]:
    before, after = row.before or {}, row.after or {}
    fields = {key: [before.get(key), after[key]] for key in SCALARS if key in after and key in before}
    return fields | {"batch": batch.pk, "line": row.line}
