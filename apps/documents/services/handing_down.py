"""What a document asks for is handed to units (交辦): one leads, the others answer to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments import services as assignments
from apps.assignments.enums import PartRole, Urgency
from apps.assignments.models import Assignment
from apps.assignments.services import PartWanted, UnableToGive
from apps.core.clock import now
from apps.documents.deadlines import end_of
from apps.documents.enums import RESTRICTED, OpinionKind, State
from apps.documents.models import Document, Opinion
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, touch
from apps.people.models import Person, Unit

MAY_HAND_DOWN = (State.HANDLING, State.ANSWERED)
URGENCIES = {1: Urgency.MOST_URGENT, 2: Urgency.URGENT}  # by the rank of the document's level


@dataclass(frozen=True)
class HandedDown:
    """Who does what until when. Without a day it is that of the document, else that of the urgency.

    `opens`: the units may read the document itself, until nothing is asked of them any more; else they see its number
    and the words here.
    """

    lead: Unit
    asks: str
    helpers: Sequence[Unit] = field(default_factory=tuple)
    due_on: date | None = None
    wants: Sequence[str] = ()
    opens: bool = True


@transaction.atomic
def hand_to_units(
    *,
    document: Document,
    given: HandedDown,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Assignment:
    """The units' clerks are told and sign for it. The instruction that stands on the document goes along word by word.
    The caller checked that `actor` may. Raises UnableToMove.
    """
    at = at or now()
    row = lock(document)
    if row.state not in MAY_HAND_DOWN:
        raise UnableToMove(_("First it is instructed, or taken in hand: then it goes to units."))
    units = [given.lead, *(unit for unit in given.helpers if unit != given.lead)]
    parts = [
        PartWanted(
            unit, PartRole.LEAD if unit == given.lead else PartRole.HELPER, given.asks.strip(), wants=given.wants
        )
        for unit in units
    ]
    try:
        made = assignments.give(
            subject=row,
            title=row.title if given.opens else row.number,
            words=words_of_instruction(row),
            parts=parts,
            actor=actor,
            on_behalf_of=on_behalf_of,
            urgency=URGENCIES.get(row.urgency.rank, Urgency.ORDINARY) if row.urgency else Urgency.ORDINARY,
            due_at=due_of(row, given, at),
            shows_subject=given.opens,
            concerned_only=row.access in RESTRICTED,
            at=at,
        )
    except UnableToGive as error:
        raise UnableToMove(str(error)) from error
    touch(row, at=at)
    return made


def due_of(row: Document, given: HandedDown, at: datetime) -> datetime | None:
    """The end of the day that was named, else the document's own time as long as it is ahead."""
    if given.due_on:
        return end_of(given.due_on)
    return row.due_at if row.due_at and row.due_at > at else None


def words_of_instruction(row: Document) -> str:
    """What the last round of deciders wrote, each line with its name, or both names."""
    said = Opinion.objects.filter(document=row, kind=OpinionKind.INSTRUCTION, decision="approved").exclude(words="")
    rows = said.select_related("author", "on_behalf_of", "step").order_by("at", "pk")
    last = max((each.step.round for each in rows), default=0)
    return "\n".join(f"{names_of(each)}：{each.words}" for each in rows if each.step.round == last)


def names_of(said: Opinion) -> str:
    return "/".join(person.name for person in (said.author, said.on_behalf_of) if person)
