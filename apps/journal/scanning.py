"""Have the scanner look at bytes that came from people, and act on what it says.

A file waits until the scanner has said "nothing found"; that the scanner is away says nothing. One call each minute
finds out whether it is there; a file at which it failed is tried again after 1, 2, 4 … 30 minutes.
"""

from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import structlog
from celery import current_app
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Min, Model

from apps.journal import clamd
from apps.journal.byte_locks import lock_bytes
from apps.journal.enums import REFUSED_FILES, Origin, ScanState
from apps.journal.models import Attachment, Blob
from apps.journal.services import record
from apps.journal.signals import file_refused

LEASE = timedelta(minutes=30)  # a worker that had a file for so long is dead: somebody else takes it
# A verdict of the last week is believed when the same bytes come again: what was new then is known to the signatures
# by now, and a form that the whole college uploads is not scanned each time.
VERDICT_HOLDS = timedelta(days=7)
MOST_AT_ONCE = 200  # of one sweep,
SWEEP_SECONDS = 40.0  # which ends before the next one begins
LONGEST_REST = timedelta(minutes=30)
VERDICT_FIELDS = ("scanned_at", "scanned_with", "found")
log = structlog.get_logger(__name__)


class UnableToRelease(Exception):
    """A scanner is set: it decides."""


def is_set() -> bool:
    return bool(settings.CLAMD_URL)


def first_state(origin: Origin, at: datetime) -> dict[str, object]:
    """The fields of bytes that are new here. What the portal made, or keeps as evidence, waits for no scanner."""
    if origin != Origin.PEOPLE or not is_set():
        return {"origin": origin}
    return {"origin": origin, "scan_state": ScanState.WAITING, "scan_at": at, "waiting_since": at}


def came_again(blob: Blob, at: datetime) -> None:
    """The same bytes come from people once more. The caller holds the lock on them.

    What was never looked at, or was refused, waits. What was found clean long ago stays open and is looked at beside:
    a form that hundreds read must not go away because somebody uploads it again.
    """
    if not is_set() or blob.origin == Origin.PORTAL or blob.scan_state == ScanState.WAITING:
        return
    if holds(blob, at):
        return
    fields = {"scan_at": at, "scan_tries": 0}
    if blob.scan_state != ScanState.CLEAN:
        fields |= {"scan_state": ScanState.WAITING, "waiting_since": at, "found": "", "removed_at": None}
    Blob.objects.filter(pk=blob.pk).update(**fields)
    blob.refresh_from_db()
    nudge_later(blob)


def holds(blob: Blob, at: datetime) -> bool:
    """Is the verdict still believed? That a file was too large is not: the limit may have been raised."""
    if blob.scan_state not in (ScanState.CLEAN, ScanState.BLOCKED) or blob.scanned_at is None:
        return False
    return blob.scanned_at > at - VERDICT_HOLDS


def nudge_later(blob: Blob) -> None:
    if blob.scan_at is not None:
        transaction.on_commit(partial(nudge, blob.pk), robust=True)


def nudge(blob_id: int) -> None:
    """Only a hint: the sweep each minute is the guarantee."""
    try:
        current_app.send_task("journal.scan_blob", args=[blob_id], queue="evidence", retry=False, expires=55)
    except Exception as error:
        log.warning("nudge_failed", blob_id=blob_id, error=type(error).__name__)


def scan_blob(blob_id: int, at: datetime) -> bool:
    """Have one file looked at; True if that came to a verdict. Claimed first, so that only one worker does it."""
    if not is_set():
        return False
    due = Blob.objects.to_scan(at).filter(pk=blob_id)
    if not due.update(scan_at=at + LEASE, scan_tries=F("scan_tries") + 1):
        return False
    blob = Blob.objects.get(pk=blob_id)
    try:
        words = clamd.version().words
        with default_storage.open(blob.path, "rb") as content:
            found = clamd.scan(content)
    except clamd.ScannerAway as error:
        _put_back(blob, at + timedelta(minutes=1), error, tries=blob.scan_tries - 1)
        return False
    except clamd.TooLargeToScan:
        return settle(blob, ScanState.TOO_LARGE, at=at)
    except (clamd.ScanFailed, OSError) as error:
        rest = min(timedelta(minutes=2 ** min(blob.scan_tries - 1, 10)), LONGEST_REST)
        _put_back(blob, at + rest, error, tries=blob.scan_tries)
        return False
    return settle(blob, ScanState.BLOCKED if found else ScanState.CLEAN, at=at, found=found, words=words)


def _put_back(blob: Blob, scan_at: datetime, error: Exception, *, tries: int) -> None:
    Blob.objects.filter(pk=blob.pk, scan_at=blob.scan_at).update(scan_at=scan_at, scan_tries=tries)
    log.warning("scan_failed", blob_id=blob.pk, error=type(error).__name__, tries=tries)


def settle(blob: Blob, state: ScanState, *, at: datetime, found: str = "", words: str = "") -> bool:
    """Write the verdict down; a refusal is told in the same transaction, and then the bytes go.

    False when another worker had the file meanwhile: a verdict comes from who holds the claim.
    """
    with transaction.atomic():
        mine = Blob.objects.select_for_update(no_key=True).filter(pk=blob.pk, scan_at=blob.scan_at)
        row = mine.first()
        if row is None:
            return False
        before = ScanState(row.scan_state)
        row.scan_state, row.scan_at, row.scan_tries, row.waiting_since = state, None, 0, None
        row.scanned_at, row.scanned_with, row.found = at, words, found
        row.save(update_fields=["scan_state", "scan_at", "scan_tries", "waiting_since", *VERDICT_FIELDS])
        if state in REFUSED_FILES and before != state:
            tell_refused(row, at)
    log.info("file_scanned", blob_id=row.pk, state=state, found=found)
    remove_bytes(row.pk, at)
    return True


def tell_refused(blob: Blob, at: datetime) -> None:
    """History of each thing that has the file; those above the journal tell the people."""
    for file in Attachment.objects.filter(blob=blob).select_related("uploaded_by", "subject_type").order_by("pk"):
        file.blob = blob
        subject, thing = file.subject, bearer_of(file)
        # A file that waits for its form goes, and its name with it.
        words = [blob.found] if thing == file else [file.name, blob.found]
        record(
            actor=None,
            verb="file_blocked",
            obj=thing,
            changes={"sha256": blob.sha256, "scan": blob.scan_state},
            note=": ".join(filter(None, words)),
            internal=getattr(subject, "internal", False),
            at=at,
        )
        file_refused.send(sender=Attachment, attachment=file, thing=thing, at=at)


def bearer_of(file: Attachment) -> Model:
    """The thing with a page and a history: of a file of a message, its request (`bears_files`); of a file that waits
    for its form, the file itself.
    """
    return getattr(file.subject, "bears_files", None) or file.subject or file


def remove_bytes(blob_id: int, at: datetime) -> bool:
    """Blocked bytes go, their row stays; under the lock of the store, for the same bytes may be coming in again."""
    with transaction.atomic():
        row = Blob.objects.to_remove().filter(pk=blob_id).first()
        if row is None or not lock_bytes(row.sha256, wait=False):
            return False
        if not Blob.objects.to_remove().filter(pk=blob_id).update(removed_at=at):
            return False
        default_storage.delete(row.path)
    return True


def sweep_scans(at: datetime) -> int:
    """What no worker heard of and what a dead one left is scanned, unless nobody answers; blocked bytes that still lie
    there go. Gives the verdicts.
    """
    for key in list(Blob.objects.to_remove().values_list("pk", flat=True)[:MOST_AT_ONCE]):
        remove_bytes(key, at)
    keys = (
        list(Blob.objects.to_scan(at).order_by("scan_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
        if is_set()
        else []
    )
    if not keys:
        return 0
    try:
        clamd.version()
    except clamd.ScannerAway as error:
        log.error("scanner_away", error=type(error).__name__, waiting=Blob.objects.waiting().count())
        return 0
    until, count = monotonic() + SWEEP_SECONDS, 0
    for key in keys:
        count += scan_blob(key, at)
        if monotonic() > until:
            break
    return count


def release_waiting() -> int:
    """Open what waits for a scanner that is set no more; gives how many. Raises UnableToRelease while one is set."""
    if is_set():
        raise UnableToRelease("CLAMD_URL is set: the files are scanned as soon as the scanner answers")
    fields = {"scan_state": ScanState.UNCHECKED, "scan_at": None, "waiting_since": None, "scan_tries": 0}
    count = Blob.objects.waiting().update(**fields)
    log.warning("waiting_files_released", count=count)
    return count


def longest_wait(at: datetime) -> float:
    """Seconds for which the oldest file has been waiting; 0 when none is."""
    since = Blob.objects.waiting().aggregate(since=Min("waiting_since"))["since"]
    return max((at - since).total_seconds(), 0.0) if since else 0.0
