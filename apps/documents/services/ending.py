"""What is in hand about a paper that is sent back or void ends with it: units, readers, drafts of notices."""

from datetime import datetime

from django.db import transaction

from apps.assignments import services as assignments
from apps.documents.enums import ReaderState
from apps.documents.models import Document, Reader
from apps.documents.services.circulating import UNREAD
from apps.documents.services.telling import tell_people
from apps.journal.services import record
from apps.notices.services import discard_draft
from apps.people.models import Person

MAX_EXCUSE = 200


@transaction.atomic
def end_work(row: Document, *, reason: str, actor: Person, on_behalf_of: Person | None, at: datetime) -> None:
    """Units are told with the reason, readers are excused with it, drafts that are not out are thrown away. The caller
    holds the lock on `row` and has checked the right.
    """
    called_off = assignments.call_off_about(subject=row, actor=actor, reason=reason, at=at)
    if called_off:
        changes = {"assignments": [called_off, 0]}
        record(
            actor=actor, on_behalf_of=on_behalf_of, verb="doc_called_off", obj=row, changes=changes, note=reason, at=at
        )
    end_circulation(row, reason=reason, actor=actor, on_behalf_of=on_behalf_of, at=at)
    for line in row.notices.filter(notice__published_at__isnull=True).select_related("notice"):
        if line.notice.is_editable:
            discard_draft(notice=line.notice, actor=actor, at=at)


def end_circulation(row: Document, *, reason: str, actor: Person, on_behalf_of: Person | None, at: datetime) -> None:
    found = row.circulations.filter(ended_at__isnull=True).first()
    if found is None:
        return
    readers = list(Reader.objects.select_for_update().filter(circulation=found, state__in=UNREAD))
    people = Person.objects.in_bulk([each.person_id for each in readers if each.state == ReaderState.WITH])
    for each in readers:
        each.state, each.excuse = ReaderState.EXCUSED, reason[:MAX_EXCUSE]
        each.save(update_fields=["state", "excuse"])
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    record(actor=actor, on_behalf_of=on_behalf_of, verb="circulation_stopped", obj=row, note=reason, at=at)
    tell_people(people.values(), "not_to_read", document=row, actor=actor, at=at, note=reason)
