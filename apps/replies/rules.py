"""Who may do what with collected answers. What somebody may see stands in managers.py (`visible_to`)."""

from dataclasses import dataclass

from apps.notices.managers import looked_after
from apps.notices.rules import can_remind_all
from apps.people.enums import Role
from apps.people.models import Person
from apps.replies.models import Collection, Reply, SignOff

SECOND_SIGNERS = (Role.CLERK, Role.DIRECTOR, Role.LEADER)


@dataclass(frozen=True)
class Authority:
    """Somebody may act; `on_behalf_of`: the person stood in for, None for oneself."""

    on_behalf_of: Person | None = None


def can_manage(user: Person, collection: Collection) -> bool:
    """The sender (or a stand-in) and the office's handlers: close, take back, let out, chase."""
    return can_remind_all(user, collection.notice)


def authority_for(user: Person, reply: Reply, paths: dict[str, Person | None] | None = None) -> Authority | None:
    """By what right `user` confirms for the unit: its secretary, a stand-in, or the director. Never the own answers,
    and nobody for the one whose answers they are. `paths`: looked_after(user), where many rows are asked about.
    """
    paths = looked_after(user) if paths is None else paths
    owner = reply.obligation.person_id
    if owner == user.pk:
        return None
    place = reply.unit.path if reply.unit else None
    found = [who for path, who in paths.items() if place and place.startswith(path)]
    allowed = [who for who in found if who is None or who.pk != owner]
    if allowed:
        return Authority(next((None for who in allowed if who is None), allowed[0]))
    return Authority() if user.has_role(Role.DIRECTOR) else None


def can_confirm(user: Person, reply: Reply, paths: dict[str, Person | None] | None = None) -> bool:
    return reply.collection.confirmed_by_units and authority_for(user, reply, paths) is not None


def can_return(user: Person, reply: Reply, paths: dict[str, Person | None] | None = None) -> bool:
    """Who confirms, and who manages the collection; never the own answers."""
    if reply.obligation.person_id == user.pk:
        return False
    return can_manage(user, reply.collection) or can_confirm(user, reply, paths)


def can_sign_second(user: Person, sign_off: SignOff) -> bool:
    """Somebody of the office who is not the first signer."""
    return user.has_role(*SECOND_SIGNERS) and user.pk != sign_off.first_signer_id
