"""Who may do what with a task. Not meant for lists."""

from dataclasses import dataclass
from datetime import datetime

from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, DeputyScope, Role
from apps.people.models import Person
from apps.tasks.enums import MOVES, Who
from apps.tasks.models import Task


@dataclass(frozen=True)
class Capacity:
    """In whose name somebody acts: the own one, or that of `on_behalf_of`."""

    on_behalf_of: Person | None = None


def is_owner(person: Person, task: Task) -> bool:
    return person.pk == task.owner_id


def is_giver(person: Person, task: Task) -> bool:
    """Who gave it, the director, whoever has the thing it is about (its `handler`); a rule's task: any handler."""
    if person.pk == task.given_by_id or person.has_role(Role.DIRECTOR):
        return True
    if not person.has_role(*HANDLER_ROLES):
        return False
    return task.given_by_id is None or person.pk == getattr(task.subject, "handler_id", None)


TESTS = {Who.OWNER: is_owner, Who.GIVER: is_giver}


def capacity(user: Person, task: Task, who: Who, at: datetime | None = None) -> Capacity | None:
    """In which capacity `user` is `who` for the task; None if in none."""
    if not user.is_active:
        return None
    if TESTS[who](user, task):
        return Capacity()
    for principal in principals(user, scope=DeputyScope.TASKS, at=at or now()):
        if TESTS[who](principal, task):
            return Capacity(principal)
    return None


def can_hand_over(user: Person, task: Task, at: datetime | None = None) -> bool:
    """The owner passes it on, the giver gives it to somebody else."""
    return task.is_to_do and any(capacity(user, task, who, at) for who in Who)


def can_change(user: Person, task: Task, at: datetime | None = None) -> bool:
    return task.is_unfinished and capacity(user, task, Who.GIVER, at) is not None


OTHER_VERBS = {"hand_over": can_hand_over, "change": can_change}


def allowed_verbs(user: Person, task: Task, at: datetime | None = None) -> frozenset[str]:
    """Everything `user` may do with the task now, for its page; of report and finish the one that fits."""
    at = at or now()
    held = {who: capacity(user, task, who, at) is not None for who in Who}
    moves = {move.verb for move in MOVES.values() if task.state in move.sources and held[move.who]}
    moves.discard("finish" if task.wants_acceptance else "report")
    return frozenset(moves | {verb for verb, test in OTHER_VERBS.items() if test(user, task, at)})
