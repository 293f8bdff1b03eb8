"""Into the file (歸檔): a file number, how long it is kept, and a package with everything in it."""

from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.numbers import issue_number
from apps.documents.enums import Retention, State
from apps.documents.models import Document, Filing
from apps.documents.packing import make_zip
from apps.documents.services.editions import check_chain
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, move
from apps.documents.starter import FILE_SERIES
from apps.journal.enums import Origin, ScanState
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.models import Person

ZIP = "application/zip"
log = structlog.get_logger(__name__)


@transaction.atomic
def file_document(
    *,
    document: Document,
    retention: Retention,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Filing:
    """The file number, and the day that the document bears. The package is made after this (`make_package`).

    Again changes nothing. Raises UnableToMove: not closed or sent out, or its chain of editions is broken.
    """
    at = at or now()
    row = lock(document)
    known = Filing.objects.filter(document=row).first()
    if known:
        return known
    if wrong := check_chain(row):
        raise UnableToMove(broken_words(wrong))
    row.closed_at = row.closed_at or at
    move(row, State.FILED, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_filed")
    return Filing.objects.create(
        document=row,
        issued=issue_number(series=FILE_SERIES, at=at),
        retention=retention,
        dated_on=day_of(row),
        filed_at=at,
        filed_by=actor,
        on_behalf_of=on_behalf_of,
    )


def broken_words(wrong: list[int]) -> str:
    numbers = ", ".join(map(str, wrong))
    return _("The chain of its editions does not fit at: %(numbers)s. Tell the administrator.") % {"numbers": numbers}


def day_of(row: Document) -> date:
    """The day it bears, else that of registration; the day of a draft says nothing."""
    return row.dated_on or timezone.localtime(row.registered_at or row.closed_at).date()


def make_package(*, filing: Filing, at: datetime | None = None) -> Filing:
    """Draw the sheets and pack everything, outside the transaction of the number; made already: nothing changes."""
    at = at or now()
    if filing.package_id or is_being_scanned(filing):
        return filing
    content = make_zip(filing)
    with transaction.atomic():
        row = Filing.objects.select_for_update(of=("self",)).select_related("issued").get(pk=filing.pk)
        if row.package_id:
            return row
        row.package = store_bytes(content, content_type=ZIP, origin=Origin.KEPT)
        row.save(update_fields=["package"])
        name = f"{row.issued.text}.zip"
        Attachment.objects.create(
            blob=row.package, name=name, subject=row, role="package", uploaded_by=row.filed_by, uploaded_at=at
        )
    return row


def is_being_scanned(filing: Filing) -> bool:
    """Files that the virus scanner has not looked at yet: the sweep comes again."""
    return Attachment.objects.of(filing.document).filter(blob__scan_state=ScanState.WAITING).exists()


def make_waiting_packages(*, at: datetime | None = None, limit: int = 20) -> int:
    """Packages that are not there yet, as when a worker died; gives how many were made. One that cannot be made, or
    waits for the virus scanner, goes behind the others.
    """
    at, made = at or now(), 0
    for row in Filing.objects.to_pack(at)[:limit]:
        Filing.objects.filter(pk=row.pk).update(tried_at=at)
        try:
            made += make_package(filing=row, at=at).package_id is not None
        except Exception:  # one that cannot be made must not keep the others waiting
            log.exception("document_package_failed", document=row.pk)
            Filing.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    return made
