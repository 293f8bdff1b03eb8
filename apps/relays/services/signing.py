"""A unit signs for what it was sent (簽收): its secretary, a deputy, who stands in, or the office after a call."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.enums import CallOutcome
from apps.notices.models import Obligation
from apps.notices.services import record_called, record_signed_for
from apps.people.models import Person
from apps.relays.enums import LineState, SignedHow
from apps.relays.models import RelayLine
from apps.relays.people import to_call
from apps.relays.rules import authority_for, can_manage
from apps.relays.services.errors import UnableToSign
from apps.relays.services.locking import lock_line


@transaction.atomic
def sign(*, line: RelayLine, actor: Person, at: datetime | None = None) -> RelayLine:
    """Sign for the unit. What is signed for already stays as it is. Raises UnableToSign."""
    row = lock_line(line.pk)
    if row.is_signed:
        return row
    authority = authority_for(actor, row)
    if authority is None:
        raise UnableToSign(_("You may not sign for this unit."))
    behalf = authority.on_behalf_of
    _sign(row, actor, behalf, SignedHow.PORTAL, at or now())
    record(actor=actor, verb="signed_for", obj=row, on_behalf_of=behalf, changes=_change(row), at=row.signed_at)
    return row


@transaction.atomic
def sign_by_phone(
    *, line: RelayLine, actor: Person, person: Person, note: str = "", at: datetime | None = None
) -> RelayLine:
    """`person` of the unit said on the phone that it is received; `actor` notes it, both names are kept.

    What is signed for already stays as it is. Raises UnableToSign.
    """
    at = at or now()
    row = lock_line(line.pk)
    if row.is_signed:
        return row
    _check_call(row, actor, person, at)
    _sign(row, actor, person, SignedHow.PHONE, at, note)
    record(
        actor=actor,
        verb="signed_by_phone",
        obj=row,
        on_behalf_of=person,
        changes=_change(row),
        note=note.strip(),
        at=at,
    )
    return row


@transaction.atomic
def call(
    *,
    line: RelayLine,
    actor: Person,
    outcome: CallOutcome,
    person: Person | None = None,
    note: str = "",
    at: datetime | None = None,
) -> RelayLine:
    """A call that reached nobody who could sign: kept, proves nothing, the unit comes back after a while.

    Raises UnableToSign when the unit has signed, or this person may not call.
    """
    at = at or now()
    row = lock_line(line.pk)
    if row.is_signed:
        raise UnableToSign(_("This unit has signed meanwhile."))
    _check_call(row, actor, person, at)
    obligation = (
        Obligation.objects.filter(notice=row.notice_id, person=person).select_related("notice__message").first()
    )
    if obligation:
        record_called(obligation=obligation, actor=actor, note=note, outcome=outcome, at=at)
    row.called_at = at
    row.save(update_fields=["called_at"])
    changes = {"outcome": outcome.value, "person": person.pk if person else None}
    record(actor=actor, verb="called_unit", obj=row, changes=changes, note=note.strip(), internal=True, at=at)
    return row


def _check_call(row: RelayLine, actor: Person, person: Person | None, at: datetime) -> None:
    if not can_manage(actor, row.relay):
        raise UnableToSign(_("You may not call about this relay."))
    if person and person not in [each for each, _phones in to_call([row], at)[row.pk]]:
        raise UnableToSign(_("This person does not look after the unit."))


def _sign(row: RelayLine, actor: Person, behalf: Person | None, how: SignedHow, at: datetime, note: str = "") -> None:
    if not row.is_out or row.state != LineState.WAITING:
        raise UnableToSign(_("There is nothing to sign for any more."))
    if row.notice.fanned_out_at is None:
        raise UnableToSign(_("The notice is just going out. Try again in a minute."))
    row.state, row.signed_at, row.signed_by, row.signed_for, row.signed_how = LineState.SIGNED, at, actor, behalf, how
    row.next_at = None
    row.receipt_number = _evidence(row, actor, behalf, how, at, note)
    row.version += 1
    row.save()


def _evidence(row: RelayLine, actor: Person, behalf: Person | None, how: SignedHow, at: datetime, note: str) -> str:
    """Evidence for the person it was sent to; gives the receipt number, "" where the signer was sent nothing."""
    rows = Obligation.objects.filter(notice=row.notice_id, person=behalf or actor)
    obligation = rows.select_related("notice__message", "person").first()
    if obligation is None:
        return ""
    detail = {"unit": row.unit_id, "unit_name": row.unit.name, "how": how.value, "by": actor.name}
    if note.strip():
        detail["note"] = note.strip()
    return record_signed_for(obligation=obligation, actor=actor, detail=detail, at=at).receipt_number or ""


def _change(row: RelayLine) -> dict[str, object]:
    return {"state": [LineState.WAITING.value, row.state], "receipt": row.receipt_number}
