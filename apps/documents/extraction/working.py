"""Reads the files that wait, and puts their words into the documents that carry them.

The row is taken first, by a moment that another worker sees (`asked_at`); a worker that died with it has it taken over
after LEASE. A file is tried TRIES times; one that the reader broke off at is not tried again, it would again.
"""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from apps.documents.enums import TextState
from apps.documents.extraction.asking import kind_of
from apps.documents.extraction.child import Found, read_words
from apps.documents.models import Document, FileText
from apps.documents.services.secrecy import tell_of_mark
from apps.documents.services.texts import documents_with, refresh_text
from apps.journal.enums import OPEN_TO_READERS, REFUSED_FILES
from apps.journal.files import open_blob

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=15)
TRIES = 3
MOST_AT_ONCE = 200  # of one sweep,
SWEEP_SECONDS = 20.0  # which leaves its worker to others, too


def due(at: datetime) -> QuerySet[FileText]:
    """Files that wait and that no living worker has. Only by columns of the row: an update asks them once more."""
    free = Q(asked_at__isnull=True) | Q(asked_at__lte=at - LEASE)
    return FileText.objects.filter(free, state=TextState.WAITING)


def ready(at: datetime) -> QuerySet[FileText]:
    """Of these, what the virus scanner has seen; the others wait on."""
    return due(at).filter(blob__scan_state__in=[*OPEN_TO_READERS, *REFUSED_FILES])


def read_file(blob_id: int, at: datetime) -> bool:
    """Read one file and spread its words; True if this call did. Claimed first, so that only one worker does it."""
    if not ready(at).filter(pk=blob_id).exists():
        return False
    mine = due(at).filter(pk=blob_id, tries__lt=TRIES)
    if not mine.update(asked_at=at, tries=F("tries") + 1):
        return False
    row = FileText.objects.select_related("blob").get(pk=blob_id)
    try:
        found = found_in(row)
    except OSError as error:  # the storage is away, or lost it: again after LEASE
        log.warning("file_not_read", blob_id=blob_id, error=type(error).__name__, tries=row.tries)
        return False
    return settle(row, found, at)


def found_in(row: FileText) -> Found:
    if row.blob.is_refused:
        return Found(TextState.FAILED, how="refused")
    kind = kind_of(row.blob)
    if not kind:
        return Found(TextState.NONE)
    with open_blob(row.blob) as content:
        return read_words(content.read(), kind)


def settle(row: FileText, found: Found, at: datetime) -> bool:
    """Write the words down, spread them, then say that it is done: a worker that dies in between leaves it waiting.

    False when another worker took the file over meanwhile.
    """
    mine = FileText.objects.filter(pk=row.pk, state=TextState.WAITING, asked_at=row.asked_at)
    if not mine.update(text=found.text, how=found.how, is_cut=found.is_cut, read_at=at):
        return False
    if found.text or row.read_at:  # there are words, or there may have been some
        spread(row.pk)
        tell_of_mark(row.pk, found.text, at=at)
    done = mine.update(state=found.state)
    log.info("file_read", blob_id=row.pk, state=found.state, how=found.how, is_cut=found.is_cut)
    return bool(done)


def spread(blob_id: int) -> None:
    """Each document that carries the file gets its words, in a transaction of its own.

    Who attaches the same bytes at this moment holds the file's row until they are through (`refresh_text`), so either
    they see the words or their document is found here.
    """
    for pk in documents_with(blob_id):
        with transaction.atomic():
            Document.objects.select_for_update().only("pk").get(pk=pk)
            refresh_text(Document.objects.select_related("incoming").get(pk=pk))


def sweep_files(at: datetime) -> int:
    """What no worker heard of and what a dead one left is read; what was tried often enough is given up. Gives how
    many were read.
    """
    due(at).filter(tries__gte=TRIES).update(state=TextState.FAILED, how="given up")
    until, count = monotonic() + SWEEP_SECONDS, 0
    for key in list(ready(at).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        count += read_file(key, at)
        if monotonic() > until:
            break
    return count


def read_again() -> int:
    """Files in which no words were found wait once more, for example because there is an OCR program now."""
    return FileText.objects.filter(state__in=[TextState.NONE, TextState.FAILED]).update(
        state=TextState.WAITING, tries=0, asked_at=None
    )
