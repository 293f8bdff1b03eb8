"""First check (初審): send the paper back with a reason; void what was entered by mistake."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.documents.enums import NumberUse, State
from apps.documents.models import Document, DocumentNumber
from apps.documents.services.ending import end_work
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, move
from apps.documents.services.numbering import take_out_of_use
from apps.journal.services import record
from apps.people.models import Person


@transaction.atomic
def send_back(
    *,
    document: Document,
    reason: str,
    letter: str = "",
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Back to the sender, with the reason and the letter that said so; a number that was given stays with it. What is
    in hand about it is called off.

    Again changes nothing. Raises UnableToMove.
    """
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.state == State.SENT_BACK:
        return row
    if not reason:
        raise UnableToMove(_("Write down why it goes back: the sender reads it."))
    row.incoming.sent_back_reason = reason
    row.incoming.save(update_fields=["sent_back_reason"])
    row.due_at = None
    note = f"{reason}\n{letter.strip()}".strip()
    move(row, State.SENT_BACK, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_sent_back", note=note)
    end_work(row, reason=reason, actor=actor, on_behalf_of=on_behalf_of, at=at)
    return row


@transaction.atomic
def void(*, document: Document, reason: str, actor: Person, at: datetime | None = None) -> Document:
    """Entered by mistake: out of the register's work, its number out of use with the reason. What is in hand about it
    is called off. The director's right is checked by the caller. Again changes nothing. Raises UnableToMove.
    """
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.state == State.VOID:
        return row
    if not row.is_incoming:
        raise UnableToMove(_("An outgoing paper is made void on its own page: who signs and seals it is told there."))
    if not reason:
        raise UnableToMove(_("Write down why it is void: the ledger keeps it."))
    row.due_at = None
    move(row, State.VOID, actor=actor, at=at, verb="doc_void", note=reason)
    line = DocumentNumber.objects.filter(document=row, use=NumberUse.ISSUED).first()
    if line:
        take_out_of_use(line=line, reason=reason, actor=actor, at=at)
    if row.incoming.number_key:
        free_senders_number(row, actor, at)
    end_work(row, reason=reason, actor=actor, on_behalf_of=None, at=at)
    return row


def free_senders_number(row: Document, actor: Person, at: datetime) -> None:
    """The same paper may be entered anew: the void line no longer holds the sender's number against it."""
    record(actor=actor, verb="doc_corrected", obj=row, changes={"number_key": [row.incoming.number_key, ""]}, at=at)
    row.incoming.number_key = ""
    row.incoming.save(update_fields=["number_key"])
