"""Who may do what with a relay. What somebody may see stands in managers.py (`visible_to`)."""

from dataclasses import dataclass

from apps.notices.managers import looked_after
from apps.notices.rules import CHASING_ROLES, can_remind_all
from apps.people.models import Person
from apps.relays.models import Extension, Relay, RelayLine
from apps.relays.people import secretaries_of


@dataclass(frozen=True)
class Authority:
    """Somebody may act; `on_behalf_of`: the person stood in for, None for oneself."""

    on_behalf_of: Person | None = None


def authority_for(user: Person, line: RelayLine, paths: dict[str, Person | None] | None = None) -> Authority | None:
    """By what right `user` acts for the unit: its secretary, that one's deputy, or who was asked to stand in and still
    looks after a unit above.

    `paths`: looked_after(user), where many lines are asked about.
    """
    paths = looked_after(user) if paths is None else paths
    if line.unit.path in paths:
        return Authority(paths[line.unit.path])
    if line.stand_in_id == user.pk and line.unit.path.startswith(tuple(paths)):
        return Authority(next(iter(secretaries_of([line.unit_id]).get(line.unit_id, ())), None))
    return None


def can_act(user: Person, line: RelayLine, paths: dict[str, Person | None] | None = None) -> bool:
    return authority_for(user, line, paths) is not None


def can_manage(user: Person, relay: Relay) -> bool:
    """The sender (or a stand-in) and the office's handlers: take reports, excuse, call."""
    return can_remind_all(user, relay.notice)


def can_excuse(user: Person, line: RelayLine, paths: dict[str, Person | None] | None = None) -> bool:
    """Who manages the relay, and for a unit below the unit that passed it down."""
    if can_manage(user, line.relay):
        return True
    return line.parent is not None and can_act(user, line.parent, paths)


def can_decide(user: Person, line: RelayLine, paths: dict[str, Person | None] | None = None) -> bool:
    """Accept or return a report: level by level, never the own one."""
    return line.reported_by_id != user.pk and can_excuse(user, line, paths)


def can_call(user: Person) -> bool:
    """The phone list of units: the office's handlers. A sender calls about the own relays from the unit's page."""
    return user.has_role(*CHASING_ROLES)


def can_extend(user: Person, line: RelayLine, wish: Extension, paths: dict[str, Person | None] | None = None) -> bool:
    """Give more time: who set the day, that is the level above; never who asked for it."""
    return wish.asked_by_id != user.pk and can_excuse(user, line, paths)
