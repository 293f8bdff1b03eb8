"""A unit signs for its part (簽收): its clerk, a deputy, who stands in, or the office after a call."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import PartState, SignedHow
from apps.assignments.hands import Hands
from apps.assignments.models import Call, Part
from apps.assignments.rules import as_clerk, may_call
from apps.assignments.services.errors import UnableToSign
from apps.assignments.services.locking import lock_part, save
from apps.core.clock import now
from apps.journal.services import record
from apps.notices.enums import CallOutcome
from apps.people.models import Person
from apps.people.unit_people import phones_of

MAX_NOTE = 200


@transaction.atomic
def sign(*, part: Part, actor: Person, at: datetime | None = None) -> Part:
    """Sign for the unit. What is signed for already stays as it is. Raises UnableToSign."""
    at, (_tree, row) = at or now(), lock_part(part)
    authority = as_clerk(actor, row)
    if authority is None:
        raise UnableToSign(_("You may not sign for this unit."))
    if row.is_signed:
        return row
    _sign(row, actor, authority.on_behalf_of, SignedHow.PORTAL, at)
    record(actor=actor, verb="signed_for", obj=row, on_behalf_of=authority.on_behalf_of, at=at)
    return row


@transaction.atomic
def sign_by_phone(*, part: Part, actor: Person, person: Person, note: str = "", at: datetime | None = None) -> Part:
    """`person` of the unit said on the phone that it is received; `actor` notes it, both names are kept.

    What is signed for already stays as it is. Raises UnableToSign.
    """
    at, (_tree, row) = at or now(), lock_part(part)
    _check_call(row, actor, person, at)
    if row.is_signed:
        return row
    note = note.strip()[:MAX_NOTE]
    Call.objects.create(part=row, outcome=CallOutcome.TOLD, person=person, note=note, by=actor, at=at)
    _sign(row, actor, person, SignedHow.PHONE, at)
    record(actor=actor, verb="signed_by_phone", obj=row, on_behalf_of=person, note=note, at=at)
    return row


@transaction.atomic
def call(
    *,
    part: Part,
    actor: Person,
    outcome: CallOutcome,
    person: Person | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Call:
    """A call that reached nobody who could sign: kept as evidence, proves nothing, the unit comes back after a while.

    Raises UnableToSign when the unit has signed, or this person may not call.
    """
    at, (_tree, row) = at or now(), lock_part(part)
    _check_call(row, actor, person, at)
    if row.is_signed:
        raise UnableToSign(_("This unit has signed meanwhile."))
    note = note.strip()[:MAX_NOTE]
    made = Call.objects.create(part=row, outcome=outcome, person=person, note=note, by=actor, at=at)
    row.called_at = at
    save(row)
    changes = {"outcome": outcome.value, "person": person.pk if person else None}
    record(actor=actor, verb="called_unit", obj=row, changes=changes, note=note, internal=True, at=at)
    return made


def to_call(parts: list[Part], at: datetime) -> dict[int, list[tuple[Person, list[str]]]]:
    """By part: the clerks of the unit, their deputies and who stands in, each with the numbers that work."""
    hands = Hands(parts, at)
    found = {part.pk: [hand.person for hand in hands.clerks(part)] for part in parts}
    phones = phones_of({person.pk for people in found.values() for person in people})
    return {key: [(person, phones.get(person.pk, [])) for person in people] for key, people in found.items()}


def _check_call(row: Part, actor: Person, person: Person | None, at: datetime) -> None:
    if not may_call(actor):
        raise UnableToSign(_("The phone list of units is for the office."))
    if person and person not in [each for each, _phones in to_call([row], at)[row.pk]]:
        raise UnableToSign(_("This person does not look after the unit."))


def _sign(row: Part, actor: Person, behalf: Person | None, how: SignedHow, at: datetime) -> None:
    if row.state != PartState.WAITING:
        raise UnableToSign(_("There is nothing to sign for any more."))
    row.state, row.signed_at, row.signed_by, row.signed_for, row.signed_how = PartState.SIGNED, at, actor, behalf, how
    row.next_at = None
    save(row)
