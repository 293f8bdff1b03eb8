"""What a document asks for is handed to units (交辦): one leads, the others answer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments import services as assignments
from apps.assignments.enums import DueKind, PartRole, Urgency
from apps.assignments.models import Assignment
from apps.assignments.services import PartWanted, UnableToGive
from apps.core.calendar import CalendarYearMissing, current_version
from apps.core.clock import now
from apps.core.models import CalendarVersion
from apps.documents.assigned import approved_in_last_round
from apps.documents.deadlines import deadline, end_of
from apps.documents.enums import RESTRICTED, State
from apps.documents.models import Document, Opinion
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import check_not_on_paper, lock, touch
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person, Unit
from apps.questionnaires.models import FormVersion

MAY_HAND_DOWN = (State.HANDLING, State.ANSWERED)
URGENCIES = {1: Urgency.MOST_URGENT, 2: Urgency.URGENT}  # by the rank of the document's level


@dataclass(frozen=True)
class UnitAsk:
    """What one unit is asked for instead of what all are; what is empty is as for all."""

    asks: str = ""
    due_on: date | None = None
    wants: Sequence[str] = ()


@dataclass(frozen=True)
class HandedDown:
    """Who does what until when. Without a day it is that of the document, else that of the urgency.

    `form`: the form that their report must come with. `own`: what single units are asked for, by key. `files` go along
    with the instruction. `opens`: the units may read the document itself, until nothing is asked of them any more;
    else they see its number, the words here and these files.
    """

    lead: Unit
    asks: str
    helpers: Sequence[Unit] = field(default_factory=tuple)
    due_on: date | None = None
    wants: Sequence[str] = ()
    opens: bool = True
    own: Mapping[int, UnitAsk] = field(default_factory=dict)
    files: Sequence[Attachment] = ()
    form: FormVersion | None = None

    def part(self, unit: Unit) -> PartWanted:
        own, role = self.own.get(unit.pk, UnitAsk()), PartRole.LEAD if unit == self.lead else PartRole.HELPER
        due_at = end_of(own.due_on) if own.due_on else None
        return PartWanted(unit, role, own.asks.strip() or self.asks.strip(), due_at, own.wants or self.wants, self.form)


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
    check_not_on_paper(row)
    units = [given.lead, *(unit for unit in given.helpers if unit != given.lead)]
    try:
        due_at, due_kind = due_of(row, given, at)
        made = assignments.give(
            subject=row,
            title=row.title if given.opens else row.number,
            words=words_of_instruction(row),
            parts=[given.part(unit) for unit in units],
            actor=actor,
            on_behalf_of=on_behalf_of,
            urgency=URGENCIES.get(row.urgency.rank, Urgency.ORDINARY) if row.urgency else Urgency.ORDINARY,
            urgency_name=row.urgency.name if row.urgency else {},
            due_at=due_at,
            due_kind=due_kind,
            shows_subject=given.opens,
            concerned_only=row.access in RESTRICTED,
            attachments=given.files,
            at=at,
        )
    except UnableToGive as error:
        raise UnableToMove(str(error)) from error
    touch(row, at=at)
    names = "、".join(str(unit) for unit in units)
    changes = {"assignment": [None, made.pk]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_handed_down", obj=row, changes=changes, note=names, at=at)
    return made


def due_of(row: Document, given: HandedDown, at: datetime) -> tuple[datetime | None, DueKind]:
    """The end of the day that was named; else the document's own time as long as it is ahead; else what its urgency
    gives, counted from the handing down. Without an urgency None: the assignment has its own.
    """
    if given.due_on:
        return end_of(given.due_on), DueKind.CHOSEN
    if row.due_at and row.due_at > at:
        return row.due_at, DueKind.OF_SUBJECT
    if row.urgency is None:
        return None, DueKind.BY_URGENCY
    try:
        return deadline(row.urgency, received_at=at, version=current_version()).due_at, DueKind.BY_URGENCY
    except (CalendarYearMissing, CalendarVersion.DoesNotExist) as error:
        raise UnableToMove(_("Name the day: the calendar does not know it yet.")) from error


def words_of_instruction(row: Document) -> str:
    """What the last round of deciders wrote, each line with its name, or both names."""
    said = approved_in_last_round(Opinion.objects.filter(document=row).exclude(words=""))
    return "\n".join(f"{names_of(each)}：{each.words}" for each in said)


def names_of(said: Opinion) -> str:
    return "/".join(person.name for person in (said.author, said.on_behalf_of) if person)
