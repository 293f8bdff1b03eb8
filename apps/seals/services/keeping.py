"""Who keeps a seal: the first keeper, stand-ins for a time, and handing it over with a count and two signatures."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.seals.enums import HandoverState, KeeperRole, UseState
from apps.seals.models import Handover, Keeping, Seal, SealUse
from apps.seals.rules import can_appoint, can_give, can_take, keeper_of
from apps.seals.services.errors import UnableToKeep
from apps.seals.services.locking import lock_seal
from apps.seals.services.telling import tell_people


@transaction.atomic
def appoint_keeper(*, seal: Seal, person: Person, actor: Person, note: str = "", at: datetime | None = None) -> Keeping:
    """The first keeper of a seal. From then on it changes hands by a hand-over alone.

    Raises PermissionDenied, UnableToKeep (it has a keeper).
    """
    at = at or now()
    if not can_appoint(actor):
        raise PermissionDenied(_("The director appoints who keeps a seal."))
    row = lock_seal(seal)
    present = keeper_of(row, at)
    if present == person:
        return Keeping.objects.keepers().in_force(at).get(seal=row)
    if present:
        raise UnableToKeep(
            _("%(name)s keeps this seal. It changes hands by a hand-over, signed by both.") % {"name": present.name}
        )
    check_able(person)
    made = Keeping.objects.create(
        seal=row, person=person, role=KeeperRole.KEEPER, starts_at=at, note=note[:200], appointed_by=actor
    )
    announce(made, actor, at)
    return made


@transaction.atomic
def appoint_stand_in(
    *,
    seal: Seal,
    person: Person,
    starts_at: datetime,
    ends_at: datetime,
    actor: Person,
    note: str = "",
    at: datetime | None = None,
) -> Keeping:
    """Who has the seal in hand from `starts_at` until `ends_at`, beside the keeper. One at a time.

    Raises PermissionDenied, UnableToKeep.
    """
    at = at or now()
    if not can_appoint(actor):
        raise PermissionDenied(_("The director appoints who keeps a seal."))
    row = lock_seal(seal)
    check_able(person)
    if ends_at <= starts_at or ends_at <= at:
        raise UnableToKeep(_("The last day comes before the first, or is past."))
    if keeper_of(row, at) == person:
        raise UnableToKeep(_("%(name)s is the keeper.") % {"name": person.name})
    overlapping = row.keepings.stand_ins().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    other = overlapping.select_related("person").first()
    if other and other.person_id == person.pk and (other.starts_at, other.ends_at) == (starts_at, ends_at):
        return other
    if other:
        raise UnableToKeep(_("%(name)s stands in within these days already.") % {"name": other.person.name})
    made = Keeping.objects.create(
        seal=row,
        person=person,
        role=KeeperRole.STAND_IN,
        starts_at=starts_at,
        ends_at=ends_at,
        note=note[:200],
        appointed_by=actor,
    )
    announce(made, actor, at)
    return made


def check_able(person: Person) -> None:
    if not person.is_active or person.roles <= {"student"}:
        raise UnableToKeep(_("A seal is kept by a member of staff."))


def announce(keeping: Keeping, actor: Person, at: datetime) -> None:
    seal = keeping.seal
    changes = {"person": [None, keeping.person.name], "role": [None, keeping.role]}
    record(actor=actor, verb="appointed", obj=seal, changes=changes, note=keeping.note, at=at)
    tell_people(
        [keeping.person],
        "appointed",
        seal=seal,
        source=f"seals.seal:{seal.pk}",
        url=seal.get_absolute_url(),
        actor=actor,
        at=at,
        who=actor.name,
        note=keeping.note,
    )


@transaction.atomic
def end_stand_in(*, keeping: Keeping, actor: Person, at: datetime | None = None) -> Keeping:
    """From now on the keeper alone has it again. Ended already: nothing changes."""
    at = at or now()
    if not can_appoint(actor):
        raise PermissionDenied(_("The director appoints who keeps a seal."))
    lock_seal(keeping.seal)
    row = Keeping.objects.stand_ins().select_related("person", "seal").get(pk=keeping.pk)
    if row.ends_at <= at:
        return row
    row.ends_at = max(at, row.starts_at)
    row.save(update_fields=["ends_at"])
    record(actor=actor, verb="stand_in_ended", obj=row.seal, changes={"person": [row.person.name, None]}, at=at)
    return row


@transaction.atomic
def give(
    *, seal: Seal, taker: Person, pieces: int, actor: Person, note: str = "", at: datetime | None = None
) -> Handover:
    """The keeper signs for handing over: how many pieces, and what the ledger says now. The other signs next.

    Raises PermissionDenied, UnableToKeep.
    """
    at = at or now()
    row = lock_seal(seal)
    if not can_give(actor, row, at):
        raise PermissionDenied(_("Only who keeps the seal hands it over."))
    open_one = Handover.objects.filter(seal=row, state=HandoverState.GIVEN).first()
    if open_one and (open_one.taker_id, open_one.pieces) == (taker.pk, pieces):
        return open_one
    if open_one:
        raise UnableToKeep(_("The seal is being handed over already. Call that off first."))
    check_able(taker)
    if taker == actor or taker == keeper_of(row, at):
        raise UnableToKeep(_("Hand it over to another person: two different people sign."))
    if pieces < 1:
        raise UnableToKeep(_("Count the pieces: the seal itself is one."))
    if row.outings.out().exists():
        raise UnableToKeep(_("The seal is out of the house. Take it back first."))
    made = Handover.objects.create(
        seal=row, giver=actor, taker=taker, pieces=pieces, note=note[:300], given_at=at, **count_of_ledger(row)
    )
    record(actor=actor, verb="given", obj=row, changes={"to": [None, taker.name], "pieces": [None, pieces]}, at=at)
    tell_people(
        [taker],
        "handover",
        seal=row,
        source=f"seals.handover:{made.pk}",
        url=row.get_absolute_url(),
        actor=actor,
        at=at,
        who=actor.name,
    )
    return made


def count_of_ledger(seal: Seal) -> dict[str, int]:
    """Lines, impressions and open lines of a seal so far (one query)."""
    found = SealUse.objects.filter(seal=seal).aggregate(
        lines=Count("pk"), made=Sum(F("made") + F("spoiled")), open_lines=Count("pk", filter=Q(state=UseState.OPEN))
    )
    return {key: value or 0 for key, value in found.items()}


@transaction.atomic
def take_over(*, handover: Handover, pieces: int, actor: Person, at: datetime | None = None) -> Handover:
    """The new keeper counted the same and signs; the seal is in other hands from this moment.

    Raises PermissionDenied, UnableToKeep (another count, called off).
    """
    at = at or now()
    seal = lock_seal(handover.seal)
    row = Handover.objects.select_related("giver", "taker").get(pk=handover.pk)
    if row.state == HandoverState.TAKEN and row.taker_id == actor.pk:
        return row
    if row.state == HandoverState.CANCELLED:
        raise UnableToKeep(_("The hand-over was called off."))
    if not can_take(actor, row):
        raise PermissionDenied(_("Another person takes it over."))
    if pieces != row.pieces:
        raise UnableToKeep(
            _("You count %(mine)s, %(name)s counted %(theirs)s. Count together before you sign.")
            % {"mine": pieces, "name": row.giver.name, "theirs": row.pieces}
        )
    if seal.outings.out().exists():
        raise UnableToKeep(_("The seal is out of the house. Take it back first."))
    Keeping.objects.filter(seal=seal, role=KeeperRole.KEEPER, ends_at__isnull=True).update(ends_at=at)
    Keeping.objects.create(seal=seal, person=actor, role=KeeperRole.KEEPER, starts_at=at, appointed_by=row.giver)
    row.state, row.taken_at = HandoverState.TAKEN, at
    row.save(update_fields=["state", "taken_at"])
    changes = {"keeper": [row.giver.name, actor.name], "pieces": [None, pieces]}
    record(actor=actor, verb="taken_over", obj=seal, changes=changes, at=at)
    return row


@transaction.atomic
def cancel_handover(*, handover: Handover, actor: Person, at: datetime | None = None) -> Handover:
    """By who gave it, who was to take it, or the director. Called off already: nothing changes."""
    at = at or now()
    seal = lock_seal(handover.seal)
    row = Handover.objects.get(pk=handover.pk)
    if actor.pk not in (row.giver_id, row.taker_id) and not can_appoint(actor):
        raise PermissionDenied(_("This is not yours to do."))
    if row.state == HandoverState.CANCELLED:
        return row
    if row.state == HandoverState.TAKEN:
        raise UnableToKeep(_("Both have signed. Hand it over anew."))
    row.state = HandoverState.CANCELLED
    row.save(update_fields=["state"])
    record(actor=actor, verb="handover_cancelled", obj=seal, at=at)
    return row
