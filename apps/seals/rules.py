"""Who may do what with seals. Being the keeper is a matter of the day, not of the post."""

from datetime import datetime

from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Person
from apps.seals.enums import HandoverState, KeeperRole
from apps.seals.models import Handover, Keeping, Seal, SealUse

EDITORS = (Role.DIRECTOR, Role.ADMINISTRATOR)


def can_list(user: Person, at: datetime) -> bool:
    """The office, and whoever keeps a seal (one query for the others)."""
    return user.has_role(*OFFICE_ROLES) or Keeping.objects.in_force(at).filter(person=user).exists()


def can_edit_register(user: Person) -> bool:
    return user.is_active and user.has_role(*EDITORS)


def can_appoint(user: Person) -> bool:
    """Who keeps a seal is the director's decision."""
    return user.is_active and user.has_role(Role.DIRECTOR)


def keeping_of(user: Person, seal: Seal, at: datetime) -> Keeping | None:
    """In which capacity `user` has the seal in hand now, the keeper's first; None in none (one query)."""
    if not user.is_active:
        return None
    return Keeping.objects.in_force(at).filter(seal=seal, person=user).order_by("role", "starts_at").first()


def can_seal(user: Person, use: SealUse, at: datetime) -> bool:
    """Only the keeper or the stand-in of the day, and never about what they asked for themselves."""
    return use.is_open and user.pk not in use.barred and keeping_of(user, use.seal, at) is not None


def needs_witness(user: Person, use: SealUse) -> bool:
    """Who approved the paper does not seal it alone."""
    return user.pk == use.approved_by_id


def can_give(user: Person, seal: Seal, at: datetime) -> bool:
    """The keeper; of a seal whose keeper has gone, the director."""
    keeping = Keeping.objects.keepers().in_force(at).filter(seal=seal).select_related("person").first()
    if keeping is None:
        return False
    return keeping.person_id == user.pk or (can_appoint(user) and not keeping.person.is_active)


def can_take(user: Person, handover: Handover) -> bool:
    return user.is_active and handover.state == HandoverState.GIVEN and handover.taker_id == user.pk


def keeper_of(seal: Seal, at: datetime) -> Person | None:
    row = Keeping.objects.in_force(at).filter(seal=seal, role=KeeperRole.KEEPER).select_related("person").first()
    return row.person if row else None
