"""Take a list out: at once while it is small, by a worker when it is large; always written down.

The rows are those of the page, under the rights of who asks and at the moment at which the sheet is made.
"""

from datetime import datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog
from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.enums import ExportState, Origin
from apps.journal.files import store_file
from apps.journal.listings import LISTINGS, Listing
from apps.journal.models import Entry, ListExport
from apps.journal.services import record
from apps.journal.sheets import XLSX, SheetColumn, write_sheet
from apps.people.models import Person

AT_ONCE = 20_000  # rows that a page makes while somebody waits
MOST = 200_000  # rows of a sheet
KEPT = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(minutes=15)  # longer than a job may run: its worker died
TRIES = 3
CHUNK = 2_000
VERB = "exported"
log = structlog.get_logger(__name__)


def is_large(listing: Listing, user: Person, query: QueryDict) -> bool:
    return listing.rows(user, query)[: AT_ONCE + 1].count() > AT_ONCE


def columns_of(listing: Listing, query: QueryDict) -> list[SheetColumn]:
    """The columns named in `query` in the order of the list; the usual ones when none of them is known."""
    wanted = set(query.getlist("column"))
    chosen = [column for column in listing.columns if column.code and column.code in wanted]
    return chosen or [column for column in listing.columns if column.usual]


def write_listing(target: BinaryIO, listing: Listing, user: Person, query: QueryDict, at: datetime) -> int:
    """The sheet into a file; gives the rows. A list of more than MOST rows is cut, and the sheet says so."""
    rows = listing.rows(user, query)
    found = rows[:MOST].iterator(chunk_size=CHUNK)
    cut = rows[MOST : MOST + 1].exists()
    notes = [
        str(listing.title),
        _("As of %(at)s, made for %(name)s.") % {"at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}", "name": user.name},
        _("Narrowed by: %(words)s") % {"words": query.urlencode() or "—"},
        _("At most %(most)d rows stand in a sheet.") % {"most": MOST},
    ]
    if cut:
        notes.append(_("There are more rows than this sheet holds: narrow the list to see the rest."))
    return write_sheet(target, title=str(listing.title), columns=columns_of(listing, query), rows=found, notes=notes)


def note_export(user: Person, listing: Listing, query: QueryDict, rows: int, at: datetime) -> None:
    """People's data leave the portal: who, which list, how many."""
    asked = {"rows": rows, "of": listing.code, "list": asked_for(query)}
    record(actor=user, verb=VERB, obj=user, changes=asked, internal=True, at=at)
    log.info("list_exported", person_id=user.pk, list=listing.code, rows=rows)


def are_enough(user: Person, at: datetime) -> bool:
    """Has this person taken out, or asked for, as many lists in the last hour as one may? A bound on what a stolen
    session carries away.
    """
    since = at - timedelta(hours=1)
    taken = Entry.objects.about(user).filter(verb=VERB, actor=user, at__gt=since, at__lte=at).count()
    asked = ListExport.objects.unfinished().filter(person=user, asked_at__gt=since).count()
    return taken + asked >= settings.LIST_EXPORTS_AN_HOUR


def asked_for(query: QueryDict) -> dict[str, object]:
    """What stands in the address, for the record."""
    return {name: values if len(values) > 1 else values[0] for name, values in query.lists() if values}


@transaction.atomic
def ask_export(*, listing: Listing, user: Person, query: QueryDict, at: datetime | None = None) -> ListExport:
    """Let a worker make it; while the same is waiting or being made, asking again gives it."""
    at = at or now()
    Person.objects.select_for_update(no_key=True).get(pk=user.pk)
    same = ListExport.objects.unfinished().filter(person=user, listing=listing.code, query=query.urlencode()).first()
    if same:
        return same
    row = ListExport.objects.create(
        person=user,
        listing=listing.code,
        query=query.urlencode(),
        language=translation.get_language() or user.language,
        asked_at=at,
        expires_at=at + KEPT,
    )
    transaction.on_commit(partial(nudge, row.pk), robust=True)
    return row


def nudge(export_id: int) -> None:
    """Only a hint: the sweep each minute is the guarantee."""
    try:
        current_app.send_task("journal.make_export", args=[export_id], queue="report", retry=False, expires=55)
    except Exception as error:
        log.warning("nudge_failed", export_id=export_id, error=type(error).__name__)


def make_export(export_id: int, at: datetime) -> bool:
    """Make and keep it; True if this call did. Claimed first, so that two workers do not make the same."""
    free = Q(state=ExportState.WAITING) | Q(state=ExportState.MAKING, started_at__lte=at - GIVEN_UP_AFTER)
    claimed = ListExport.objects.filter(free, pk=export_id, attempts__lt=TRIES)
    if not claimed.update(state=ExportState.MAKING, started_at=at, attempts=F("attempts") + 1):
        return False
    row = ListExport.objects.select_related("person").get(pk=export_id)
    mine = ListExport.objects.filter(pk=row.pk, state=ExportState.MAKING, started_at=at)
    try:
        with translation.override(row.language), TemporaryFile() as file:
            return _make(row, mine, file, at)
    except Exception as error:
        log.exception("export_failed", export=row.pk)
        mine.update(state=ExportState.FAILED, reason=type(error).__name__)
        return False


def _make(row: ListExport, mine: QuerySet[ListExport], file: BinaryIO, at: datetime) -> bool:
    """Under the rights of now: who lost them since asking gets nothing."""
    listing, query = LISTINGS[row.listing], QueryDict(row.query)
    if not row.person.is_active or not listing.may(row.person):
        raise PermissionDenied
    count = write_listing(file, listing, row.person, query, at)
    with transaction.atomic():
        blob = store_file(file, content_type=XLSX, origin=Origin.PORTAL)
        if not mine.update(state=ExportState.READY, blob=blob, rows=count, made_at=at, expires_at=at + KEPT):
            return False
        note_export(row.person, listing, query, count, at)
    return True


def sweep_exports(at: datetime) -> int:
    """What no worker heard of and what a dead one left is made; what is over goes."""
    left = ListExport.objects.unfinished().filter(attempts__gte=TRIES, started_at__lte=at - GIVEN_UP_AFTER)
    left.update(state=ExportState.FAILED, reason="broken off")
    ListExport.objects.filter(expires_at__lte=at).exclude(state=ExportState.MAKING).delete()
    keys = ListExport.objects.unfinished().order_by("pk").values_list("pk", flat=True)
    return sum(make_export(key, at) for key in list(keys))
