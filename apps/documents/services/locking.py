"""A document, locked first and read second; and the one way to change its state."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.documents.enums import MOVES, State
from apps.documents.models import Document
from apps.documents.services.errors import Changed, UnableToMove, on_paper_words
from apps.journal.services import record
from apps.people.models import Person

BESIDE = ("unit", "handler", "created_by", "urgency", "incoming")


def lock(document: Document, *, version: int | None = None) -> Document:
    """The row, locked until the transaction ends. Raises Changed when `version` is not what stands there."""
    Document.objects.select_for_update().only("pk").get(pk=document.pk)
    row = Document.objects.select_related(*BESIDE).get(pk=document.pk)
    if version is not None and version != row.version:
        raise Changed(_("This changed while you had it open. Look again, then decide."))
    return row


def check_not_on_paper(row: Document) -> None:
    """Of a classified paper the portal knows that it is there, nothing else. Raises UnableToMove."""
    if row.is_incoming and row.incoming.is_classified:
        raise UnableToMove(on_paper_words())


def move(
    row: Document,
    to: State,
    *,
    actor: Person | None,
    at: datetime,
    on_behalf_of: Person | None = None,
    verb: str = "doc_moved",
    note: str = "",
    changes: dict[str, object] | None = None,
) -> Document:
    """Write the next state of a locked row with what else was set on it, and the history. Raises UnableToMove."""
    before = State(row.state)
    if to not in MOVES[before]:
        raise UnableToMove(
            _("“%(title)s” is %(state)s; this cannot be done now.") % {"title": row.title, "state": before.label}
        )
    row.state, row.last_event_at = to, at
    row.version += 1
    row.save()
    record(
        actor=actor,
        on_behalf_of=on_behalf_of,
        verb=verb,
        obj=row,
        changes={"state": [before.value, to.value]} | (changes or {}),
        note=note,
        at=at,
    )
    return row


def touch(row: Document, *, at: datetime) -> None:
    """Something happened to a locked row that keeps its state."""
    row.last_event_at = at
    row.version += 1
    row.save()
