"""The copy of one's own data: asked for, made by a worker, kept for seven days, told when it is there."""

import json
import zipfile
from datetime import datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog
from celery import current_app
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.services import Text, tell
from apps.interfaces.models import PersonalExport
from apps.interfaces.personal.reading import PARTS, own_files
from apps.interfaces.rules import can_copy_data_of
from apps.journal.enums import ExportState, Origin
from apps.journal.files import open_blob, store_file
from apps.journal.services import record
from apps.people.enums import Language
from apps.people.models import Person

KEPT = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(minutes=15)
TRIES = 3
MOST_BYTES = 200 * 2**20  # of files in one copy
log = structlog.get_logger(__name__)


class UnableToAsk(Exception):
    """No reason is given, or a copy was made within the hour."""


@transaction.atomic
def ask_copy(*, person: Person, actor: Person, reason: str = "", at: datetime | None = None) -> PersonalExport:
    """Let a worker make it; while one is being made, asking again gives it. Raises PermissionDenied, UnableToAsk."""
    at, reason = at or now(), reason.strip()
    if not can_copy_data_of(actor, person):
        raise PermissionDenied
    if actor != person and not reason:
        raise UnableToAsk(_("Say why: it is kept on record."))
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    asked = PersonalExport.objects.filter(person=person, asked_by=actor)
    if open_one := asked.unfinished().first():
        return open_one
    if asked.filter(state=ExportState.READY, made_at__gt=at - AGAIN_AFTER).exists():
        raise UnableToAsk(_("A copy was made within the last hour; it is below."))
    row = PersonalExport.objects.create(
        person=person,
        asked_by=actor,
        reason=reason[:300],
        language=translation.get_language() or actor.language,
        asked_at=at,
        expires_at=at + KEPT,
    )
    record(actor=actor, verb="copy_asked", obj=person, note=reason, internal=actor != person, at=at)
    transaction.on_commit(partial(nudge, row.pk), robust=True)
    return row


def nudge(export_id: int) -> None:
    """Only a hint: the sweep each minute is the guarantee."""
    try:
        current_app.send_task("interfaces.make_copy", args=[export_id], queue="report", retry=False, expires=55)
    except Exception as error:
        log.warning("nudge_failed", export_id=export_id, error=type(error).__name__)


def make_copy(export_id: int, at: datetime) -> bool:
    """Make and keep it; True if this call did. Claimed first, so that two workers do not make the same."""
    free = Q(state=ExportState.WAITING) | Q(state=ExportState.MAKING, started_at__lte=at - GIVEN_UP_AFTER)
    claimed = PersonalExport.objects.filter(free, pk=export_id, attempts__lt=TRIES)
    if not claimed.update(state=ExportState.MAKING, started_at=at, attempts=F("attempts") + 1):
        return False
    row = PersonalExport.objects.select_related("person", "asked_by").get(pk=export_id)
    mine = PersonalExport.objects.filter(pk=row.pk, state=ExportState.MAKING, started_at=at)
    try:
        with translation.override(row.language), TemporaryFile() as file:
            return _make(row, mine, file, at)
    except Exception as error:
        log.exception("copy_failed", export=row.pk)
        mine.update(state=ExportState.FAILED, failure=type(error).__name__)
        return False


def _make(row: PersonalExport, mine: QuerySet[PersonalExport], file: BinaryIO, at: datetime) -> bool:
    """Under the rights of now: an administrator who is none any more gets nothing."""
    if not can_copy_data_of(row.asked_by, row.person):
        raise PermissionDenied
    write_copy(file, row.person, at)
    with transaction.atomic():
        blob = store_file(file, content_type="application/zip", origin=Origin.PORTAL)
        if not mine.update(state=ExportState.READY, blob=blob, made_at=at, expires_at=at + KEPT):
            return False
        tell_ready(row, at)
    return True


def write_copy(target: BinaryIO, person: Person, at: datetime) -> None:
    """data.json for programs, data.html for people, and the files themselves."""
    parts = [(code, str(label), read(person)) for code, label, read, _sources in PARTS]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        content = {"person": person.number, "made_at": at, **{code: rows for code, _label, rows in parts}}
        book.writestr("data.json", json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        left = write_files(book, person)
        context = {"person": person, "at": timezone.localtime(at), "parts": shown(parts), "left_out": left}
        book.writestr("data.html", render_to_string("interfaces/copy.html", context))


def shown(parts: list[tuple[str, str, dict[str, list[dict[str, object]]]]]) -> list[tuple[str, list[object]]]:
    """For the page: each part with its tables as (name, headings, rows of cells)."""
    return [
        (label, [(name, list(rows[0]), [list(row.values()) for row in rows]) for name, rows in found.items() if rows])
        for _code, label, found in parts
    ]


def write_files(book: zipfile.ZipFile, person: Person) -> int:
    """The files under numbers, so that no name leads out of the folder; gives how many did not fit, are lost, or are
    not open (waiting for the scanner, blocked).
    """
    left, size = 0, 0
    for file in own_files(person).iterator():
        size += file.blob.size
        try:
            if size > MOST_BYTES or not file.blob.is_open:
                raise FileNotFoundError
            with open_blob(file.blob) as stream:
                book.writestr(f"files/{file.pk}-{file.name.replace('/', '_')}", stream.read())
        except FileNotFoundError:
            left += 1
    return left


def tell_ready(row: PersonalExport, at: datetime) -> None:
    """To who asked; and when that was an administrator, to the person as well, with the reason."""
    address = "/interfaces/my-data"
    tell(person=row.asked_by, source=f"interfaces.copy:{row.pk}", texts=texts(row, "ready"), target_url=address, at=at)
    if row.asked_by_id != row.person_id and row.person.is_active:
        told = texts(row, "others")
        tell(person=row.person, source=f"interfaces.copy:{row.pk}", texts=told, target_url=address, at=at)


def texts(row: PersonalExport, kind: str) -> dict[str, Text]:
    found = {}
    for language in Language.values:
        with translation.override(language):
            values = {"name": row.person.name, "who": row.asked_by.name, "reason": row.reason}
            if kind == "ready":
                subject = _("The copy of the data of %(name)s is ready") % values
                text = _("It can be taken from the page “My data” for seven days.")
            else:
                subject = _("A copy of your data was made")
                text = _("%(who)s had it made. Reason: %(reason)s") % values
            found[language] = Text(subject, text)
    return found


def sweep_copies(at: datetime) -> int:
    """What no worker heard of is made; what a dead one left is given up after three; after seven days it is gone."""
    left = PersonalExport.objects.unfinished().filter(attempts__gte=TRIES, started_at__lte=at - GIVEN_UP_AFTER)
    left.update(state=ExportState.FAILED, failure="broken off")
    old = PersonalExport.objects.filter(expires_at__lte=at, blob__isnull=False)
    old.update(blob=None, state=ExportState.FAILED, failure="expired")
    keys = PersonalExport.objects.unfinished().order_by("pk").values_list("pk", flat=True)
    return sum(make_copy(key, at) for key in list(keys))
