"""Who has it in hand (承辦), urging (催辦), other hands (改分), the due date."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.approvals.services import OPEN
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.documents.enums import State, Why
from apps.documents.models import Document
from apps.documents.services.concerned import involve
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.telling import tell_people
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person

URGED_AGAIN = timedelta(hours=20)


@transaction.atomic
def handle(
    *, document: Document, actor: Person, on_behalf_of: Person | None = None, at: datetime | None = None
) -> Document:
    """Handle it without an instruction, as what is routine. Again changes nothing. Raises UnableToMove."""
    row = lock(document)
    if row.state == State.HANDLING:
        return row
    return move(row, State.HANDLING, actor=actor, on_behalf_of=on_behalf_of, at=at or now(), verb="doc_handled")


@transaction.atomic
def hand_over(
    *,
    document: Document,
    to: Person,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Into other hands, with the reason; both are in the history. Again changes nothing. Raises UnableToMove."""
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.handler_id == to.pk:
        return row
    if not row.is_open:
        raise UnableToMove(_("It is closed. Open it again first."))
    if not reason:
        raise UnableToMove(_("Write down why."))
    if Step.objects.about(row).filter(state__in=OPEN, approver=to).exists():
        raise UnableToMove(_("%(name)s is asked for an instruction about it.") % {"name": to.name})
    before, row.handler = row.handler, to
    involve(row, to, why=Why.HANDLES, actor=actor, at=at)
    touch(row, at=at)
    changes = {"handler": [before.name if before else "", to.name]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="handed_over", obj=row, changes=changes, note=reason, at=at)
    tell_people([to], "handed_over", document=row, actor=actor, at=at, note=reason)
    return row


@transaction.atomic
def urge(*, document: Document, words: str = "", actor: Person, at: datetime | None = None) -> Document:
    """Remind its handler, once a day at most. Raises UnableToMove."""
    at = at or now()
    row = lock(document)
    if not row.is_open or row.handler is None:
        raise UnableToMove(_("Nobody has it in hand."))
    check_handler(row, at)
    if Entry.objects.about(row).filter(verb="doc_urged", at__gt=at - URGED_AGAIN).exists():
        raise UnableToMove(_("Its handler was urged within a day."))
    changes = {"handler": [None, row.handler.name]}
    record(actor=actor, verb="doc_urged", obj=row, changes=changes, note=words.strip(), at=at)
    tell_people([row.handler], "urged", document=row, actor=actor, at=at, note=words, queue=Queue.REMINDER)
    return row


def check_handler(row: Document, at: datetime) -> None:
    if Document.objects.left_behind(at).filter(pk=row.pk).exists():
        words = _("%(name)s has left, or handles no documents any more. The director hands it over.")
        raise UnableToMove(words % {"name": row.handler.name})


@transaction.atomic
def set_due(
    *,
    document: Document,
    due_at: datetime,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    may_extend: bool,
    at: datetime | None = None,
) -> Document:
    """An own due date; the old one stays in the history. Later only before the old one is over, and only by who may.

    Raises UnableToMove.
    """
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.due_at == due_at:
        return row
    if not row.is_open:
        raise UnableToMove(_("It is closed. Open it again first."))
    if not reason:
        raise UnableToMove(_("Write down why."))
    if due_at <= at:
        raise UnableToMove(_("The new due date lies in the past."))
    if row.due_at and due_at > row.due_at:
        check_extension(row, may_extend, at)
    before, row.due_at = row.due_at, due_at
    touch(row, at=at)
    changes = {"due_at": [before.isoformat() if before else None, due_at.isoformat()]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_due", obj=row, changes=changes, note=reason, at=at)
    tell_people([row.handler], "due_changed", document=row, actor=actor, at=at, note=reason)
    return row


def check_extension(row: Document, may_extend: bool, at: datetime) -> None:
    if not may_extend:
        raise UnableToMove(_("More time is given by the director or a leader."))
    if row.due_at < at:
        raise UnableToMove(_("It is overdue. More time is given only before the day is over."))
