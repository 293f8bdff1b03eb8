"""Who may read a document: its level, and who is brought in by name (need to know)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.services import keep_to_concerned
from apps.core.clock import now
from apps.documents.enums import RESTRICTED, TAKEN_BACK, Access, ReaderState, Why
from apps.documents.models import Concerned, Document, Reader
from apps.documents.services.concerned import involve
from apps.documents.services.editions import write_edition
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, touch
from apps.documents.services.registering import words_of
from apps.documents.services.senders import settle_senders
from apps.documents.services.telling import tell_people
from apps.journal.services import record
from apps.people.models import Person, Unit


@transaction.atomic
def set_access(
    *,
    document: Document,
    access: Access,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Another level, with the reason. Again changes nothing. Raises UnableToMove."""
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.access == access:
        return row
    if not reason:
        raise UnableToMove(_("Write down why."))
    before, row.access = row.access, access
    touch(row, at=at)
    keep_to_concerned(subject=row, only=access in RESTRICTED)
    changes = {"access": [before, access]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_access", obj=row, changes=changes, note=reason, at=at)
    if row.is_incoming and row.number:
        words = words_of(row)
        write_edition(document=row, words=words, actor=actor, on_behalf_of=on_behalf_of, reason=reason, at=at)
        settle_senders(row, at=at)
    return row


@transaction.atomic
def let_in(
    *,
    document: Document,
    who: Person | Unit,
    words: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> None:
    """Somebody needs to know: they may read it from now on. Raises UnableToMove."""
    at, words = at or now(), words.strip()
    row = lock(document)
    if not words:
        raise UnableToMove(_("Write down why they need to know."))
    involve(row, who, why=Why.RECEIVES, actor=actor, at=at)
    touch(row, at=at)
    name = who.name if isinstance(who, Person) else str(who)
    changes = {"let_in": [None, name]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_access", obj=row, changes=changes, note=words, at=at)
    if isinstance(who, Person):
        tell_people([who], "added", document=row, actor=actor, at=at, note=words)


@transaction.atomic
def take_back(
    *,
    line: Concerned,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> None:
    """Who was let in by mistake is let out; who did something in it stays. Raises UnableToMove."""
    at, reason = at or now(), reason.strip()
    row = lock(line.document)
    found = Concerned.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=line.pk)
    if found.ended_at:
        return
    if found.why not in TAKEN_BACK:
        raise UnableToMove(_("They have a part in it: that is not taken away."))
    check_reading(found)
    if not reason:
        raise UnableToMove(_("Write down why."))
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    touch(row, at=at)
    name = found.person.name if found.person else str(found.unit)
    changes = {"let_in": [name, None]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_access", obj=row, changes=changes, note=reason, at=at)


def check_reading(line: Concerned) -> None:
    """Who is in a circulation is excused first: else it waits for somebody who cannot open it. Raises UnableToMove."""
    if line.why != Why.READS:
        return
    rows = Reader.objects.taking_part().filter(circulation__document=line.document_id, person=line.person_id)
    states = set(rows.values_list("state", flat=True))
    if ReaderState.READ in states:
        raise UnableToMove(_("They have read it: that is not taken away."))
    if states:
        raise UnableToMove(_("It circulates to them: take them out of the circulation first."))
