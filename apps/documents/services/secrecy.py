"""A paper that turns out to be classified leaves the portal: what it said goes, that it is there stays."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.approvals.services import call_off
from apps.assignments.services.forgetting import forget_words
from apps.core.clock import now
from apps.delivery.services import forget_messages
from apps.documents.enums import CLASSIFIED_TITLE, State
from apps.documents.folding import is_marked
from apps.documents.models import Circulation, Document, Edition, FileText, Filing, Opinion, Proposal, Reader
from apps.documents.services.editions import REDACTED, write_edition
from apps.documents.services.ending import end_work
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.proposing import asked_from
from apps.documents.services.registering import words_of
from apps.documents.services.telling import directors, tell_people
from apps.documents.services.texts import documents_with, refresh_text
from apps.journal.files import remove_unheld
from apps.journal.models import Attachment, Entry
from apps.journal.services import record, redact
from apps.people.models import Person

GONE = "—"
REASON = "classified"
KEPT_CHANGES = (
    "state", "due_at", "number", "handler", "access", "edition", "digest", "decision", "kind", "mode", "other",
    "notice", "let_in", "assignments",
)  # fmt: skip
BEGINNING = 400  # signs of a file in which its mark of secrecy would stand


@dataclass(frozen=True)
class Removed:
    """How many files went, and in how many other places the same bytes or a notice made of them still are."""

    document: Document
    files: int
    elsewhere: int


@transaction.atomic
def remove_classified(*, document: Document, place: str, actor: Person, at: datetime | None = None) -> Removed:
    """Take title, files, their words, editions, opinions and messages of a registered paper out of the portal; sender,
    numbers, who did what and when, and where the paper lies stay. What is in hand about it ends. The director's right
    is checked by the caller. Again changes nothing. Raises UnableToMove.
    """
    at, place = at or now(), place.strip()
    row = lock(document)
    if not row.is_incoming:
        raise UnableToMove(_("Only a paper that came in is removed like this."))
    if row.incoming.is_classified:
        return Removed(row, 0, 0)
    if not place:
        raise UnableToMove(_("Say where the classified paper lies."))
    silence(row, place)
    forget_messages(source=f"documents.document:{row.pk}")
    end_everything(row, actor, at)
    redact(obj=row, reason=REASON, kept=KEPT_CHANGES, at=at)
    empty_what_was_said(row, at)
    files, elsewhere = remove_files(row)
    record(actor=actor, verb="doc_classified", obj=row, at=at)
    touch(row, at=at)
    if row.number:
        write_edition(document=row, words=words_of(row), actor=actor, at=at)
    refresh_text(row)
    tell_people([row.handler, *directors()], "classified", document=row, actor=actor, at=at)
    return Removed(row, files, elsewhere + row.notices.filter(notice__published_at__isnull=False).count())


def silence(row: Document, place: str) -> None:
    """Title first: the database lets no moment between."""
    row.title, row.closing_words = CLASSIFIED_TITLE, ""
    Document.objects.filter(pk=row.pk).update(title=CLASSIFIED_TITLE, closing_words="")
    line = row.incoming
    if line.answer_words and line.answered_by is None:
        line.answer_wanted, line.answer_until, line.answered_on, line.answered_how = False, None, None, ""
    line.is_classified, line.place = True, place[:120]
    line.summary, line.annexes, line.answer_words = "", "", ""
    line.sent_back_reason = line.sent_back_reason and GONE
    line.save()


def end_everything(row: Document, actor: Person, at: datetime) -> None:
    """Nobody is asked, nobody works on it, nobody reads it any more."""
    forget_words(subject=row, title=row.number or CLASSIFIED_TITLE, reason=REASON, at=at)
    words = _("It turned out to be classified: it is handled on paper.")
    if row.state == State.PROPOSED:
        call_off(subject=row, actor=actor, note=words, at=at)
        move(row, asked_from(row), actor=actor, at=at, verb="doc_withdrawn")
    end_work(row, reason=words, actor=actor, on_behalf_of=None, at=at)


def empty_what_was_said(row: Document, at: datetime) -> None:
    """The trigger of each table lets this through, as the history was redacted before."""
    said = Opinion.objects.filter(document=row)
    Proposal.objects.filter(opinion__in=said).update(asks="")
    Edition.objects.filter(document=row).update(words=REDACTED, files=[], reason="", redacted_at=at)
    said.update(words="", picture=None)
    for step in Step.objects.about(row).exclude(note=""):
        redact(obj=step, reason=REASON, kept=KEPT_CHANGES, at=at)
        Step.objects.filter(pk=step.pk).update(note=GONE)
    Circulation.objects.filter(document=row).update(words="")
    Reader.objects.filter(circulation__document=row).exclude(excuse="").update(excuse=GONE)


def remove_files(row: Document) -> tuple[int, int]:
    """Also the package of the file, which is made anew of what is left. The bytes go when this is committed."""
    filing = Filing.objects.filter(document=row).first()
    held = Attachment.objects.of(row)
    files, keys = held.count(), set(held.values_list("blob_id", flat=True))
    held.delete()
    if filing:
        keys |= set(Attachment.objects.of(filing).values_list("blob_id", flat=True))
        Attachment.objects.of(filing).delete()
        Filing.objects.filter(pk=filing.pk).update(package=None)
    holders = Attachment.objects.filter(blob=OuterRef("blob"))
    FileText.objects.filter(blob__in=keys).exclude(Exists(holders)).delete()
    transaction.on_commit(lambda: remove_unheld(keys), robust=True)
    return files, Attachment.objects.filter(blob__in=keys).count()


def tell_of_mark(blob_id: int, text: str, *, at: datetime) -> int:
    """Words that were taken out of a file bear a mark of secrecy: who has its papers in hand and the directors are told
    once. Gives how many papers there are.
    """
    if not is_marked(text[:BEGINNING]):
        return 0
    return sum(tell_of_marked(pk, blob_id, at) for pk in documents_with(blob_id))


@transaction.atomic
def tell_of_marked(pk: int, blob_id: int, at: datetime) -> bool:
    row = lock(Document(pk=pk))
    known = Entry.objects.about(row).filter(verb="doc_marked", changes__file=blob_id)
    if not row.is_incoming or row.incoming.is_classified or known.exists():
        return False
    record(actor=None, verb="doc_marked", obj=row, changes={"file": blob_id}, at=at)
    tell_people([row.handler or row.created_by, *directors()], "marked", document=row, actor=None, at=at)
    return True
