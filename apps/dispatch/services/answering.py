"""A paper that goes out answers the one that came in, for which it was drafted."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from apps.dispatch.enums import SentHow
from apps.dispatch.models import Draft
from apps.dispatch.services.telling import tell_people
from apps.documents import services as documents
from apps.documents.enums import Received, State
from apps.documents.folding import key_of
from apps.documents.models import Document
from apps.documents.services.locking import lock
from apps.people.models import Person

if TYPE_CHECKING:
    from apps.dispatch.services.sending import Outside

ANSWERABLE = (State.HANDLING, State.ANSWERED)


def lock_with_letter(draft: Draft) -> Document:
    """The paper, locked with what it answers: in the order of their keys, as everywhere."""
    keys = [draft.pk, draft.answers_id or draft.pk]
    list(Document.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("pk"))
    return lock(draft.document)


def note_answer(draft: Draft, outside: Sequence["Outside"], *, actor: Person, at: datetime) -> None:
    """The letter is answered by this paper, on the day and in the way in which it went to its sender. Where that cannot
    be noted (nobody was told to handle it yet, it is closed, the two are linked the other way round), its handler hears
    that it is to be noted by hand: the paper is out all the same.
    """
    letter = lock(draft.answers)
    if letter.state in ANSWERABLE:
        try:
            documents.answer(document=letter, given=answer_of(draft, letter, outside, at), actor=actor, at=at)
        except (documents.UnableToMove, documents.UnableToLink):
            pass
        else:
            return
    tell_people([letter.handler], "not_noted", draft=draft, about=letter, actor=None, at=at)


def answer_of(draft: Draft, letter: Document, outside: Sequence["Outside"], at: datetime) -> documents.Answer:
    """A unit of the college has it in the portal: no line says how it went there."""
    line, today = line_to_sender(letter, outside), timezone.localtime(at).date()
    if line is None:
        return documents.Answer(on=today, how="", by=draft.document)
    known = line.how in Received.values
    words = "" if known else str(SentHow(line.how).label)
    return documents.Answer(on=min(line.sent_on, today), how=line.how if known else "", words=words, by=draft.document)


def line_to_sender(letter: Document, outside: Sequence["Outside"]) -> "Outside | None":
    """The line that names the sender; else the only one there is."""
    named = next((line for line in outside if key_of(line.receiver) == letter.incoming.sender_key), None)
    return named or (outside[0] if len(outside) == 1 else None)
