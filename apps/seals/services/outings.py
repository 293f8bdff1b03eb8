"""A seal leaves the house for an approved paper (外借用印), with two people, and comes back."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.seals.models import Outing, SealUse
from apps.seals.rules import keeping_of
from apps.seals.services.errors import UnableToTakeOut
from apps.seals.services.locking import lock_seal, lock_use
from apps.seals.services.telling import directors, keepers, tell_people


@transaction.atomic
def take_out(
    *,
    use: SealUse,
    taker: Person,
    companion: Person,
    place: str,
    due_at: datetime,
    actor: Person,
    at: datetime | None = None,
) -> Outing:
    """The keeper lets the seal go for this paper. Raises PermissionDenied, UnableToTakeOut."""
    at, place = at or now(), place.strip()
    seal = lock_seal(use.seal)
    row = lock_use(use)
    if keeping_of(actor, seal, at) is None:
        raise PermissionDenied(_("Only the keeper of the seal or the stand-in of the day does this."))
    if actor.pk in row.barred:
        raise PermissionDenied(_("Nobody lets the seal go for what they asked for themselves."))
    out = seal.outings.out().first()
    if out and (out.use_id, out.taker_id) == (row.pk, taker.pk):
        return out
    if out:
        raise UnableToTakeOut(_("The seal is out already."))
    if not row.is_open:
        raise UnableToTakeOut(_("This line of the ledger is finished."))
    check_people(taker, companion)
    if not place:
        raise UnableToTakeOut(_("Say where it is taken to."))
    if due_at <= at:
        raise UnableToTakeOut(_("Say until when: a moment after now."))
    made = Outing.objects.create(
        seal=seal,
        use=row,
        taker=taker,
        companion=companion,
        place=place[:120],
        released_by=actor,
        from_at=at,
        due_at=due_at,
    )
    changes = {"taken by": [None, taker.name], "with": [None, companion.name]}
    record(actor=actor, verb="taken_out", obj=row, changes=changes, note=made.place, at=at)
    return made


def check_people(taker: Person, companion: Person) -> None:
    """Two members of staff. Raises UnableToTakeOut."""
    if taker == companion:
        raise UnableToTakeOut(_("A seal never travels with one person alone: name another one who goes along."))
    for person in (taker, companion):
        if not person.is_active or person.roles <= {"student"}:
            raise UnableToTakeOut(_("%(name)s is not a member of staff.") % {"name": person.name})


@transaction.atomic
def bring_back(*, outing: Outing, actor: Person, note: str = "", at: datetime | None = None) -> Outing:
    """The keeper has it again. Back already: nothing changes. Raises PermissionDenied, UnableToTakeOut."""
    at, note = at or now(), note.strip()
    seal = lock_seal(outing.seal)
    row = Outing.objects.select_related("taker", "companion", "use").get(pk=outing.pk)
    if keeping_of(actor, seal, at) is None:
        raise PermissionDenied(_("Only the keeper of the seal or the stand-in of the day does this."))
    if row.returned_at:
        return row
    if row.is_late(at) and not note:
        raise UnableToTakeOut(_("It comes back late: write down why."))
    row.returned_at, row.returned_to, row.return_note = at, actor, note[:200]
    row.save(update_fields=["returned_at", "returned_to", "return_note"])
    record(actor=actor, verb="brought_back", obj=row.use, note=note, at=at)
    return row


def remind_overdue(*, at: datetime | None = None) -> int:
    """Keeper, stand-in, both travellers and the director hear of a seal that is not back, once each working day."""
    at = at or now()
    if not in_office_hours(at):
        return 0
    today = timezone.localtime(at).date()
    late = Outing.objects.overdue(at).exclude(reminded_on=today).order_by("due_at")
    return sum(remind_one(pk, at) for pk in late.values_list("pk", flat=True)[:100])


def in_office_hours(at: datetime) -> bool:
    """Also where the calendar does not know the year: a seal that is away is no matter to be silent about."""
    working = office_time()
    try:
        return working.is_working_day(working.day(at))
    except CalendarYearMissing:
        return True


@transaction.atomic
def remind_one(pk: int, at: datetime) -> bool:
    """Lock the row and look again: another sweep may have told of it, or it is back."""
    today = timezone.localtime(at).date()
    rows = Outing.objects.overdue(at).exclude(reminded_on=today).select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        return False
    row = Outing.objects.select_related("seal", "taker", "companion", "use").get(pk=pk)
    row.reminded_on = today
    row.save(update_fields=["reminded_on"])
    record(actor=None, verb="outing_overdue", obj=row.use, internal=True, at=at)
    tell_people(
        [*keepers(row.seal, at), row.taker, row.companion, *directors()],
        "outing_overdue",
        seal=row.seal,
        source=f"seals.outing:{row.pk}",
        url=row.use.get_absolute_url(),
        actor=None,
        at=at,
        who=row.taker.name,
        due=row.due_at,
    )
    return True
