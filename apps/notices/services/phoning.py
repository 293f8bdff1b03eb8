"""What came of a phone call, written down for each notice that it was about."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.enums import CallOutcome
from apps.notices.models import Obligation
from apps.notices.services.chasing import record_told
from apps.notices.services.signing_for import record_called
from apps.people.models import Person
from apps.people.services import mark_phone_dead


class UnableToRecordCall(Exception):
    """The text says why."""


@transaction.atomic
def record_call(
    *,
    lines: Sequence[Obligation],
    actor: Person,
    outcome: CallOutcome,
    note: str = "",
    number: str = "",
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> int:
    """Note the call for each of `lines`, all of one person; gives their number. Raises UnableToRecordCall.

    Told is evidence and takes the person off the list. All else proves nothing: it is kept, and the person comes back
    after a while. A wrong `number` is not offered again. `on_behalf_of`: the secretary in whose place the actor calls.
    """
    at = at or now()
    if not lines or len({line.person_id for line in lines}) != 1:
        raise UnableToRecordCall(_("Tick the notices that the call was about."))
    if outcome == CallOutcome.WRONG_NUMBER and not number:
        raise UnableToRecordCall(_("Say which number is wrong."))
    who = {"actor": actor, "on_behalf_of": on_behalf_of, "at": at}
    for line in sorted(lines, key=lambda line: line.pk):
        if outcome == CallOutcome.TOLD:
            record_told(obligation=line, note=note.strip() or _("told by phone"), **who)
        else:
            record_called(obligation=line, outcome=outcome, note=note, **who)
            changes = {"person": line.person_id, "outcome": outcome.value}
            record(verb="called", obj=line.notice, changes=changes, note=note, internal=True, **who)
    if outcome == CallOutcome.WRONG_NUMBER:
        mark_phone_dead(person=lines[0].person, number=number, actor=actor, at=at)
    return len(lines)
