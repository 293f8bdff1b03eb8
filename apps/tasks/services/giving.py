"""A task comes into being, is changed, goes to another."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.tasks.enums import Who
from apps.tasks.models import Task
from apps.tasks.rules import can_hand_over, capacity
from apps.tasks.services.errors import UnableToChange, UnableToGive, UnableToHandOver
from apps.tasks.services.moving import check_version, lock
from apps.tasks.services.telling import giver_side, owner_side, tell_people


@transaction.atomic
def give(
    *,
    subject: models.Model,
    title: str,
    owner: Person,
    actor: Person | None,
    words: str = "",
    due_on: date | None = None,
    wants_acceptance: bool = False,
    shows_subject: bool = False,
    attachments: Sequence[Attachment] = (),
    made_from: str = "",
    at: datetime | None = None,
) -> Task:
    """Give a person a task about `subject`; the owner is told. The caller checked that `actor` may, and holds the lock
    on `subject`. `actor` empty: a rule gives it.

    With `made_from` the task is given once: asked again it is given back as it is. Raises UnableToGive.
    """
    at, kind = at or now(), ContentType.objects.get_for_model(subject)
    if made_from:
        known = Task.objects.about(subject).filter(made_from=made_from).first()
        if known:
            return known
    if not title.strip():
        raise UnableToGive(_("Say what is to be done."))
    if not owner.is_active:
        raise UnableToGive(_("%(name)s is no longer here.") % {"name": owner.name})
    check_due(due_on, at, UnableToGive)
    task = Task.objects.create(
        subject_type=kind,
        subject_id=subject.pk,
        title=title.strip(),
        words=words.strip(),
        owner=owner,
        given_by=actor,
        given_at=at,
        made_from=made_from,
        due_on=due_on,
        wants_acceptance=wants_acceptance,
        shows_subject=shows_subject,
    )
    give_files(task, attachments, actor, UnableToGive)
    record(actor=actor, verb="give", obj=task, changes={"owner": owner.pk, "owner_name": owner.name}, at=at)
    tell_people(owner_side(task, at), "given", task=task, actor=actor, at=at, note=task.words)
    return task


def check_due(due_on: date | None, at: datetime, error: type[Exception]) -> None:
    """A day that is over is a mistake. A day the office is closed is taken as it is: the reminders go by working
    days.
    """
    if due_on and due_on < office_time().day(at):
        raise error(_("This day is over. Choose today or a later day."))


def give_files(to: models.Model, attachments: Iterable[Attachment], person: Person, error: type[Exception]) -> None:
    attachments = list(attachments)
    try:
        attach(attachments, to=to, person=person)
    except UnableToAttach as refused:
        raise error(str(refused)) from refused


def due_after(days: int, at: datetime) -> date | None:
    """The `days`-th working day of the office after `at`; None when its calendar does not reach so far."""
    working = office_time()
    try:
        return working.next_working_day(working.day(at), days)
    except CalendarYearMissing:
        return None


@transaction.atomic
def change(
    *,
    task: Task,
    actor: Person,
    title: str,
    words: str = "",
    due_on: date | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Task:
    """Another title, other words, another day. The same again changes nothing.

    Raises PermissionDenied, Changed, UnableToChange.
    """
    at, row = at or now(), lock(task)
    acting = capacity(actor, row, Who.GIVER, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    given = {"title": title.strip(), "words": words.strip(), "due_on": due_on}
    changes = {name: [plain(getattr(row, name)), plain(value)] for name, value in given.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return row
    check_version(row, version)
    if not row.is_unfinished:
        raise UnableToChange(_("This task is over; give a new one."))
    if not given["title"]:
        raise UnableToChange(_("Say what is to be done."))
    if "due_on" in changes:
        check_due(due_on, at, UnableToChange)
    for name, value in given.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    record(actor=actor, on_behalf_of=acting.on_behalf_of, verb="change", obj=row, changes=changes, at=at)
    tell_people(owner_side(row, at), "changed", task=row, actor=actor, at=at, note=row.words)
    return row


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def hand_over(
    *,
    task: Task,
    actor: Person,
    owner: Person,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Task:
    """Give the task to another person; an owner who does so says why, and the sight of the whole request does not go
    along: who gave it opens that. Who has it already changes nothing.

    The new owner, the old one and who gave it are told. Raises PermissionDenied, Changed, UnableToHandOver.
    """
    at, row, note = at or now(), lock(task), note.strip()
    acting = capacity(actor, row, Who.GIVER, at)
    by_owner = None if acting else capacity(actor, row, Who.OWNER, at)
    if acting is None and by_owner is None:
        raise PermissionDenied(_("This is not yours to do."))
    if row.owner_id == owner.pk:
        return row
    check_version(row, version)
    if not can_hand_over(actor, row, at):
        raise UnableToHandOver(_("Only a task that is still to do can be handed over."))
    if not owner.is_active:
        raise UnableToHandOver(_("%(name)s is no longer here.") % {"name": owner.name})
    if by_owner and not note:
        raise UnableToHandOver(_("Write a few words: the other side reads them."))
    changes = {"owner": [row.owner_id, owner.pk], "owner_name": [row.owner.name, owner.name]}
    if by_owner and row.shows_subject:
        row.shows_subject, changes["shows_subject"] = False, [True, False]
    before, row.owner = row.owner, owner
    row.version += 1
    row.save()
    record(
        actor=actor,
        on_behalf_of=(acting or by_owner).on_behalf_of,
        verb="hand_over",
        obj=row,
        changes=changes,
        note=note,
        at=at,
    )
    tell_people(owner_side(row, at), "given", task=row, actor=actor, at=at, note=note or row.words)
    tell_people([before], "taken_away", task=row, actor=actor, at=at)
    if by_owner:
        others = [person for person in giver_side(row) if person not in (before, owner)]
        tell_people(others, "handed_over", task=row, actor=actor, at=at, note=note)
    return row
