"""Which files are to be read: a row for each, in the transaction that brings the file, is the order to read it."""

from collections.abc import Iterable
from functools import partial

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

from apps.documents.enums import TextState
from apps.documents.models import FileText
from apps.journal.file_kinds import KINDS, Family
from apps.journal.models import Attachment, Blob

log = structlog.get_logger(__name__)
KIND_OF = {kind.content_type: end for end, kind in reversed(KINDS.items())}


def kind_of(blob: Blob) -> str:
    """How bytes are read, as an extension; "" for what has no words to us."""
    kind = KIND_OF.get(blob.content_type, "")
    is_picture = bool(kind) and KINDS[kind].family == Family.IMAGE
    return "" if is_picture and not settings.OCR_COMMAND else kind


def ask_for(blobs: Iterable[Blob]) -> None:
    """An order for each that has none yet (one query); the workers hear of it when the transaction is through."""
    rows = [FileText(blob=blob, state=TextState.WAITING if kind_of(blob) else TextState.NONE) for blob in blobs]
    FileText.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        if row.state == TextState.WAITING:
            transaction.on_commit(partial(nudge, row.blob_id), robust=True)


def nudge(blob_id: int) -> None:
    """Only a hint: the sweep each minute is the guarantee."""
    try:
        current_app.send_task("documents.read_file", args=[blob_id], queue="report", retry=False, expires=55)
    except Exception as error:
        log.warning("nudge_failed", blob_id=blob_id, error=type(error).__name__)


def reading_of(files: Iterable[Attachment]) -> dict[int, FileText]:
    """What a page says of files, by the key of their bytes: `label` and `colour` (one query, without the words)."""
    rows = FileText.objects.filter(blob__in=[file.blob_id for file in files]).defer("text")
    return {row.blob_id: row for row in rows}
