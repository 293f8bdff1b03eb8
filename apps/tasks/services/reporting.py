"""The report back, and what who gave the task says to it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction

from apps.core.clock import now
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.tasks.enums import TaskState
from apps.tasks.models import Report, Task
from apps.tasks.services.errors import UnableToReport
from apps.tasks.services.giving import give_files
from apps.tasks.services.moving import begin, finish, lock
from apps.tasks.services.telling import answerable, giver_side, owner_side, tell_people


@transaction.atomic
def report(
    *,
    task: Task,
    actor: Person,
    text: str,
    attachments: Sequence[Attachment] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> Task:
    """Say what was done, with files. The task is done by it, or waits to be accepted if that was wanted."""
    verb = "report" if lock(task).wants_acceptance else "finish"
    begun = begin(task=task, verb=verb, actor=actor, at=at, version=version, note=text)
    row = begun.task
    if begun.repeated:
        return row
    said = Report.objects.create(task=row, text=begun.note, author=actor, on_behalf_of=begun.on_behalf_of, at=begun.at)
    give_files(said, attachments, actor, UnableToReport)
    finish(begun)
    people, kind = (answerable(row), "reported") if verb == "report" else (giver_side(row), "finished")
    tell_people(people, kind, task=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def accept(
    *, task: Task, actor: Person, note: str = "", version: int | None = None, at: datetime | None = None
) -> Task:
    """The report is enough; the task is done."""
    begun = begin(task=task, verb="accept", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.task
    row = finish(begun)
    tell_people(owner_side(row, begun.at), "accepted", task=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def give_back(*, task: Task, actor: Person, note: str, version: int | None = None, at: datetime | None = None) -> Task:
    """The report is not enough, and why; the owner reports anew. What was reported stays."""
    begun = begin(task=task, verb="give_back", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.task
    row = finish(begun)
    tell_people(owner_side(row, begun.at), "given_back", task=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def cancel(*, task: Task, actor: Person, note: str, version: int | None = None, at: datetime | None = None) -> Task:
    """The task is not needed any more, and why."""
    begun = begin(task=task, verb="cancel", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.task
    row = finish(begun)
    tell_people(owner_side(row, begun.at), "cancelled", task=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def call_off(*, subject: models.Model, actor: Person, note: str = "", at: datetime | None = None) -> int:
    """Cancel the unfinished tasks of `subject`, because it ended another way; gives their number. None is no error.

    The caller holds the right and the lock on `subject`.
    """
    at, rows = at or now(), Task.objects.about(subject).unfinished()
    rows = list(rows.select_for_update(of=("self",)).select_related("owner", "given_by"))
    for row in rows:
        before, row.state, row.ended_at = row.state, TaskState.CANCELLED, at
        row.version += 1
        row.save(update_fields=["state", "ended_at", "version"])
        changes = {"state": [before, TaskState.CANCELLED]}
        record(actor=actor, verb="cancel", obj=row, changes=changes, note=note, at=at)
        tell_people(owner_side(row, at), "cancelled", task=row, actor=actor, at=at, note=note)
    return len(rows)
