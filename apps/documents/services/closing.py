"""The answer to the sender (答復), the end (辦結), and its opening again."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.approvals.services import OPEN
from apps.assignments.models import Assignment
from apps.core.clock import now
from apps.documents.enums import State
from apps.documents.models import Document
from apps.documents.services.errors import UnableToMove, on_paper_words
from apps.documents.services.linking import join_answer
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.telling import tell_people
from apps.journal.services import record
from apps.notices.enums import NoticeState
from apps.people.models import Person

WENT_OUT = (State.SENT, State.FILED)


@dataclass(frozen=True)
class Answer:
    """What the sender was told: by a document of ours, or in words; when and how."""

    on: date
    how: str
    words: str = ""
    by: Document | None = None


@transaction.atomic
def answer(
    *,
    document: Document,
    given: Answer,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Note the answer to the sender. A second one stands beside the first: what it leaves out is kept.

    Raises UnableToMove (also when the document named is none of ours that went out), UnableToLink.
    """
    at = at or now()
    row = lock(document)
    if not given.words.strip() and given.by is None:
        raise UnableToMove(_("Say what was answered, or by which document."))
    if row.incoming.is_classified and given.words.strip():
        raise UnableToMove(_("What was answered to a classified paper does not come into the portal."))
    if given.on > timezone.localtime(at).date():
        raise UnableToMove(_("The day of the answer lies in the future."))
    check_answers(given.by)
    incoming = row.incoming
    incoming.answered_by = given.by or incoming.answered_by
    incoming.answer_words = given.words.strip() or incoming.answer_words
    incoming.answered_on, incoming.answered_how = given.on, given.how
    incoming.save(update_fields=["answered_by", "answer_words", "answered_on", "answered_how"])
    if given.by:
        join_answer(answer=given.by, asked=row, actor=actor, at=at)
    note = given.words.strip() or (given.by.number if given.by else "")
    if row.state == State.ANSWERED:
        touch(row, at=at)
        record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_answered", obj=row, note=note, at=at)
        return row
    return move(row, State.ANSWERED, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_answered", note=note)


def check_answers(ours: Document | None) -> None:
    """Only what went out has answered anybody."""
    if ours and not Document.objects.outgoing().filter(pk=ours.pk, state__in=WENT_OUT).exists():
        raise UnableToMove(_("The sender is answered by a document of ours that was sent out. Name that one."))


def obstacles(row: Document) -> list[str]:
    """What keeps a document from being closed, in words (empty: nothing)."""
    found = []
    if row.circulations.filter(ended_at__isnull=True).exists():
        found.append(_("It is still circulating: wait for the readers, or excuse them."))
    if Step.objects.about(row).filter(state__in=OPEN).exists():
        found.append(_("An instruction is asked for: wait for it, or withdraw the question."))
    if Assignment.objects.about(row).unfinished().exists():
        found.append(
            _("Units still have a part in it: wait for them, excuse them with a reason, or close the assignment.")
        )
    if row.notices.filter(notice__state=NoticeState.DRAFT).exists():
        found.append(_("A notice about it is still a draft: publish it, or throw it away."))
    if row.is_incoming and row.incoming.answer_wanted and not row.incoming.is_answered:
        found.append(_("The sender wants an answer: note what was answered."))
    return found


@transaction.atomic
def close(
    *,
    document: Document,
    words: str = "",
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Done, with what came of it; of a classified paper that is not written down here. Again changes nothing. Raises
    UnableToMove with all that stands in the way.
    """
    at, words = at or now(), words.strip()
    row = lock(document)
    if row.state == State.CLOSED:
        return row
    on_paper = row.is_incoming and row.incoming.is_classified
    if on_paper and words:
        raise UnableToMove(on_paper_words())
    if not words and not on_paper:
        raise UnableToMove(_("Write down what came of it: the register keeps it."))
    if in_the_way := obstacles(row):
        raise UnableToMove(" ".join(in_the_way))
    row.closed_at, row.closing_words = at, words
    return move(row, State.CLOSED, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_closed", note=words)


@transaction.atomic
def reopen(
    *,
    document: Document,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Handled again: what came of it before stays in the history. Raises UnableToMove."""
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.state != State.CLOSED:
        raise UnableToMove(_("Only what is closed and not yet filed is opened again."))
    if not reason:
        raise UnableToMove(_("Write down why."))
    row.closed_at, row.closing_words = None, ""
    move(row, State.HANDLING, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_reopened", note=reason)
    tell_people([row.handler], "reopened", document=row, actor=actor, at=at, note=reason)
    return row
