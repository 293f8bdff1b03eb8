"""Take files in, keep them once under their SHA-256, give them to things, clear away what nobody claimed."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import BinaryIO

import structlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal import scanning
from apps.journal.byte_locks import lock_bytes
from apps.journal.enums import REFUSED_FILES, Origin, ScanState
from apps.journal.file_checks import ContentRefused, checked_content
from apps.journal.file_kinds import DOCUMENTS, IMAGES, KINDS, TABLES, advice_for, readable_list
from apps.journal.file_names import clean_name, extension
from apps.journal.models import Attachment, Blob
from apps.people.models import Person

__all__ = [
    "DOCUMENTS",
    "IMAGES",
    "TABLES",
    "BytesRefused",
    "UnableToAttach",
    "UploadRefused",
    "accept_upload",
    "attach",
    "content_type_of",
    "open_blob",
    "refusal_words",
    "remove_orphans",
    "remove_unheld",
    "store_bytes",
    "store_file",
]

log = structlog.get_logger(__name__)
MAX_FILES = 10  # in one request, and for one question of a form
WAITING_HOURS = 24
CHUNK = 2**20


class UploadRefused(Exception):
    """The file is not taken; the words say what is wrong and what to do."""


class BytesRefused(Exception):
    """The scanner found something in these very bytes not long ago."""


class UnableToAttach(Exception):
    """A file is not this person's, or belongs to something else already."""


def accept_upload(
    uploaded: UploadedFile, *, person: Person, allow: frozenset[str] = DOCUMENTS | IMAGES, at: datetime | None = None
) -> Attachment:
    """Check an uploaded file and keep it as this person's waiting attachment.

    `allow` is a set of extensions (DOCUMENTS | IMAGES | TABLES or part of them). Raises UploadRefused.
    """
    at = at or now()
    name = clean_name(uploaded.name or "")
    end = extension(name)
    if end not in allow or end not in KINDS:
        words = _("This kind of file is not taken here, only %(kinds)s. %(advice)s")
        _refuse(name, words % {"kinds": readable_list(allow), "advice": advice_for(end)})
    _check_size(uploaded, name, person=person, at=at)
    try:
        content = checked_content(uploaded.read(), end)
    except ContentRefused as error:
        _refuse(name, str(error))
    with transaction.atomic():
        try:
            blob = store_bytes(content, content_type=KINDS[end].content_type, origin=Origin.PEOPLE)
        except BytesRefused as error:
            _refuse(name, str(error))
        return Attachment.objects.create(blob=blob, name=name, uploaded_by=person, uploaded_at=at)


def _refuse(name: str, why: str) -> None:
    raise UploadRefused(_("%(name)s: %(why)s") % {"name": name, "why": why})


def _check_size(uploaded: UploadedFile, name: str, *, person: Person, at: datetime) -> None:
    if not uploaded.size:
        _refuse(name, _("The file is empty."))
    if uploaded.size > settings.UPLOAD_MAX_BYTES:
        _refuse(name, too_large_words())
    if uploaded_today(person, at=at) + uploaded.size > settings.UPLOAD_DAILY_BYTES:
        _refuse(name, _("You have uploaded very much within one day. Try again tomorrow, or bring it to the office."))


def too_large_words() -> str:
    limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
    return _("The file is larger than %(limit)s. Make it smaller or split it.") % {"limit": limit}


def uploaded_today(person: Person, *, at: datetime) -> int:
    """Bytes that this person uploaded in the 24 hours before `at` (one query)."""
    rows = Attachment.objects.filter(uploaded_by=person, uploaded_at__gt=at - timedelta(hours=24))
    return rows.aggregate(total=Sum("blob__size"))["total"] or 0


def store_bytes(data: bytes, *, content_type: str, origin: Origin = Origin.PEOPLE) -> Blob:
    """Keep `data` under its SHA-256; the same bytes again give the same Blob.

    `origin` says whether they are scanned; who does not say has them scanned. The row is written after the file, so a
    Blob always has its bytes. Call it in the transaction that will refer to the Blob: until that ends, the nightly
    clearing leaves it alone. Raises BytesRefused.
    """
    return store_file(ContentFile(data), content_type=content_type, origin=origin)


@transaction.atomic
def store_file(
    file: File | BinaryIO, *, content_type: str, origin: Origin = Origin.PEOPLE, at: datetime | None = None
) -> Blob:
    """The same from a file that is open for reading; never holds more than a chunk of it in memory."""
    source = file if isinstance(file, File) else File(file)
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    for chunk in source.chunks(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    lock_bytes(digest.hexdigest())
    at = at or now()
    had = Blob.objects.filter(sha256=digest.hexdigest()).first()
    if had and origin == Origin.PEOPLE and had.scan_state == ScanState.BLOCKED and scanning.holds(had, at):
        raise BytesRefused(refusal_words(had))
    blob = had or Blob(sha256=digest.hexdigest(), size=size, content_type=content_type)
    _write(source, blob)
    return _seen_again(had, origin, at) if had else _new_row(blob, origin, at)


def _new_row(blob: Blob, origin: Origin, at: datetime) -> Blob:
    for name, value in scanning.first_state(origin, at).items():
        setattr(blob, name, value)
    blob.save()
    scanning.nudge_later(blob)
    return blob


def _seen_again(blob: Blob, origin: Origin, at: datetime) -> Blob:
    if origin == Origin.PEOPLE:
        scanning.came_again(blob, at)
    elif (
        origin == Origin.KEPT and blob.origin == Origin.PEOPLE
    ):  # now it is evidence: it stays, whatever is found in it
        Blob.objects.filter(pk=blob.pk).update(origin=Origin.KEPT)
        blob.refresh_from_db()
    return blob


def refusal_words(blob: Blob) -> str:
    """Why nobody gets these bytes, and what to do."""
    if blob.scan_state == ScanState.TOO_LARGE:
        return _("The file is too large, or packed too deep, to be checked for viruses. Upload it in smaller parts.")
    words = _("The virus scanner found “%(found)s” in it. Check your computer, and upload a clean file.")
    return words % {"found": blob.found}


def _write(source: File, blob: Blob) -> None:
    """A file of another size is what a killed process left: it is written anew."""
    if default_storage.exists(blob.path):
        if default_storage.size(blob.path) == blob.size:
            return
        default_storage.delete(blob.path)
    source.seek(0)
    default_storage.save(blob.path, source)


def open_blob(blob: Blob) -> File:
    """The bytes, open for reading; the caller closes it. Raises FileNotFoundError when the storage lost them."""
    return default_storage.open(blob.path, "rb")


def content_type_of(attachment: Attachment) -> str:
    """By the name, which was checked against the content: the same bytes may be a .txt here and a .csv there."""
    kind = KINDS.get(extension(attachment.name))
    return kind.content_type if kind else attachment.blob.content_type


@transaction.atomic
def attach(attachments: Iterable[Attachment], *, to: models.Model, person: Person, role: str = "") -> None:
    """Give waiting files of `person` to a thing; those that it has already stay as they are. Raises UnableToAttach."""
    wanted = {attachment.pk for attachment in attachments}
    kind = ContentType.objects.get_for_model(to)
    wanted -= set(Attachment.objects.of(to).filter(pk__in=wanted).values_list("pk", flat=True))
    given = Attachment.objects.waiting(person).filter(pk__in=wanted)
    refused = given.filter(blob__scan_state__in=REFUSED_FILES).first()
    if refused:
        raise UnableToAttach(_("%(name)s: %(why)s") % {"name": refused.name, "why": refusal_words(refused.blob)})
    if given.update(subject_type=kind, subject_id=to.pk, role=role) != len(wanted):
        raise UnableToAttach(_("A file is no longer there. Upload it again."))


def remove_orphans(at: datetime) -> int:
    """Remove waiting files older than a day, then bytes that nothing refers to; gives the number of blobs removed."""
    before = at - timedelta(hours=WAITING_HOURS)
    Attachment.objects.filter(subject_type__isnull=True, uploaded_at__lt=before).delete()
    removed = _remove_all(_unheld(Blob.objects.filter(created_at__lt=before)))
    log.info("orphans_removed", blobs=removed)
    return removed


def remove_unheld(keys: Iterable[int]) -> int:
    """Of these bytes, remove at once what nothing refers to; gives how many went. Call it behind the transaction that
    let go of them; what it does not get, the night does.
    """
    return _remove_all(_unheld(Blob.objects.filter(pk__in=list(keys))))


def _unheld(rows: models.QuerySet) -> models.QuerySet:
    for relation in Blob._meta.related_objects:
        holder = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        rows = rows.exclude(Exists(holder))
    return rows


def _remove_all(unused: models.QuerySet) -> int:
    return sum(_remove_blob(unused, pk) for pk in list(unused.values_list("pk", flat=True)))


@transaction.atomic
def _remove_blob(unused: models.QuerySet, pk: int) -> bool:
    """Row first, file last: a failure leaves a file without a row, which the next upload of it takes up."""
    blob = Blob.objects.get(pk=pk)
    if not lock_bytes(blob.sha256, wait=False) or not unused.filter(pk=pk).delete()[0]:
        return False
    default_storage.delete(blob.path)
    return True
