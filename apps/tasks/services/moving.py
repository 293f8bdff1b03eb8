"""The one way a task moves: lock, check, write the row and the journal, all in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.enums import Category
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person
from apps.tasks.enums import CATEGORY, MOVES, Move
from apps.tasks.models import Task
from apps.tasks.rules import capacity
from apps.tasks.services.errors import ERROR_OF, Changed


@dataclass
class Begun:
    """A move that passed its checks. `repeated`: the same person made it just before, nothing is left to do."""

    task: Task
    move: Move
    actor: Person
    at: datetime
    note: str = ""
    on_behalf_of: Person | None = None
    repeated: bool = False


def lock(task: Task) -> Task:
    """The row as it stands now, locked until the transaction ends."""
    Task.objects.select_for_update().only("pk").get(pk=task.pk)
    return Task.objects.select_related("owner", "given_by").get(pk=task.pk)


def begin(
    *, task: Task, verb: str, actor: Person, at: datetime | None, version: int | None = None, note: str = ""
) -> Begun:
    """Lock the task and check the move. Must run in the transaction that ends with `finish`.

    Raises PermissionDenied (not theirs to do), Changed, UnableTo… (not in this state, or no words given).
    """
    move, at, note, row = MOVES[verb], at or now(), note.strip(), lock(task)
    if is_repeated(row, verb=verb, actor=actor, note=note):
        return Begun(row, move, actor, at, note, repeated=True)
    acting = capacity(actor, row, move.who, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    check_version(row, version)
    if row.state not in move.sources:
        words = _("This is not possible any more: the task is “%(state)s”.")
        raise ERROR_OF[verb](words % {"state": row.get_state_display()})
    if move.needs_note and not note:
        raise ERROR_OF[verb](_("Write a few words: the other side reads them."))
    return Begun(row, move, actor, at, note, acting.on_behalf_of)


def check_version(task: Task, version: int | None) -> None:
    if version is not None and version != task.version:
        raise Changed


def is_repeated(task: Task, *, verb: str, actor: Person, note: str) -> bool:
    """Was this very move, by the same person with the same words, the last one? (One query.)"""
    if task.state != MOVES[verb].target:
        return False
    last = Entry.objects.about(task).filter(verb__in=MOVES).order_by("-at", "-pk").first()
    return last is not None and (last.verb, last.actor_id, last.note) == (verb, actor.pk, note)


def finish(begun: Begun) -> Task:
    """Write the move that `begin` allowed."""
    task = begun.task
    before, task.state = task.state, begun.move.target
    task.ended_at = begun.at if CATEGORY[begun.move.target] in (Category.DONE, Category.VOID) else None
    task.version += 1
    task.save()
    record(
        actor=begun.actor,
        on_behalf_of=begun.on_behalf_of,
        verb=begun.move.verb,
        obj=task,
        changes={"state": [before, begun.move.target]},
        note=begun.note,
        at=begun.at,
    )
    return task
