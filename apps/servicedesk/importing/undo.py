"""Take old requests out again. What somebody has done something with since stays, with the reason."""

from collections.abc import Sequence
from datetime import datetime

import pgtrigger
from django.contrib.contenttypes.models import ContentType

from apps.core.models import IssuedNumber
from apps.core.numbers import void_numbers
from apps.imports.enums import Verdict
from apps.imports.models import Batch, Row
from apps.imports.roster.known import chunks
from apps.imports.targets import Progress
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet
from apps.servicedesk.importing.write import MARK, write_history
from apps.servicedesk.models import ClockEntry, ImportedRequest, Request, RequestText

CHUNK = 1_000
OWN = (ClockEntry, ImportedRequest, RequestText)  # what the import itself made
VERB_UNDONE = "request_import_undone"


def undo_rows(
    batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress
) -> dict[int, str]:
    """Remove the requests of CREATED rows; gives the rows that stay: {row id: reason code (imports.words.STAYED)}."""
    stayed: dict[int, str] = {}
    done = 0
    for part in chunks([row for row in rows if row.verdict == Verdict.CREATED], CHUNK):
        blocked = blocked_in(part)
        remove([row for row in part if row.pk not in blocked], batch, actor=actor, at=at)
        stayed |= blocked
        done += len(part)
        progress(done)
    return stayed


def blocked_in(rows: Sequence[Row]) -> dict[int, str]:
    found = Request.objects.select_for_update().in_bulk([row.object_id for row in rows])
    used = used_requests(list(found))
    blocked = {}
    for row in rows:
        request = found.get(row.object_id)
        if request is None:
            blocked[row.pk] = "gone"
        elif request.pk in used:
            blocked[row.pk] = "used"
        elif request.version != 1 or request.state != row.after["state"] or request.handler_id != row.after["handler"]:
            blocked[row.pk] = "changed"
    return blocked


def used_requests(ids: Sequence[int]) -> set[int]:
    """Those that anything points at which the import did not make: a message, a file, a clock line, a certificate."""
    used = set(ClockEntry.objects.filter(request__in=ids).exclude(reason=MARK).values_list("request_id", flat=True))
    for relation in Request._meta.related_objects:
        if relation.related_model not in OWN and not relation.many_to_many:
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{f"{name}__in": ids}).order_by()
            used.update(rows.values_list(name, flat=True).distinct())
    kind = ContentType.objects.get_for_model(Request)
    files = Attachment.objects.filter(subject_type=kind, subject_id__in=ids)
    return used | set(files.values_list("subject_id", flat=True))


def remove(rows: Sequence[Row], batch: Batch, *, actor: Person | None, at: datetime) -> None:
    """The ledger of clocks refuses to lose lines; those that a file gave and nobody used are the one exception."""
    ids = [row.object_id for row in rows]
    sets = list(Request.objects.filter(pk__in=ids).values_list("answer_set_id", flat=True))
    write_history(rows, batch, VERB_UNDONE, actor=actor, at=at)
    ImportedRequest.objects.filter(request__in=ids).delete()
    RequestText.objects.filter(request__in=ids).delete()
    with pgtrigger.ignore("servicedesk.ClockEntry:append_only"):
        ClockEntry.objects.filter(request__in=ids, reason=MARK).delete()
    Request.objects.filter(pk__in=ids).delete()
    AnswerSet.objects.filter(pk__in=sets).delete()
    numbers = IssuedNumber.objects.filter(text__in=[row.after["number"] for row in rows])
    void_numbers(numbers, reason=f"import {batch.pk} undone")
