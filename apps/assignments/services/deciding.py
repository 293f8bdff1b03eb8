"""Who need not report is excused by name; the whole is closed (辦結), called off, or opened again."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import AssignmentState, PartState, VerdictKind
from apps.assignments.hands import Hands
from apps.assignments.models import Assignment, Part, Verdict
from apps.assignments.rules import as_excuser, as_giver
from apps.assignments.services.errors import UnableToClose, UnableToDecide
from apps.assignments.services.locking import lock, lock_part, save
from apps.assignments.services.reporting import lapse
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person

MAX_EXCUSE, MAX_NOTE = 300, 500


@transaction.atomic
def excuse(*, part: Part, actor: Person, reason: str, at: datetime | None = None) -> Part:
    """Nothing is asked of this unit any more, nor of those below it that are open. The lead is not excused: another
    unit leads, or the assignment is called off. Raises UnableToDecide.
    """
    at, (tree, row) = at or now(), lock_part(part)
    authority = as_excuser(actor, row, tree)
    if authority is None:
        raise UnableToDecide(_("You may not excuse this unit."))
    if row.state == PartState.EXCUSED:
        return row
    if row.is_lead:
        raise UnableToDecide(_("The lead cannot be excused. Give the lead to another unit, or call the whole off."))
    if not row.is_open:
        raise UnableToDecide(_("This unit has done what was asked."))
    if not reason.strip():
        raise UnableToDecide(_("Say why nothing is asked of this unit."))
    rows = [row, *(each for each in tree.passed_down(row) if each.is_open)]
    behalf, words = authority.on_behalf_of, reason.strip()[:MAX_EXCUSE]
    _excuse(rows, actor=actor, behalf=behalf, words=words, at=at)
    hands = Hands(rows, at)
    for each in rows:
        told = {"part": each, "actor": actor, "behalf": behalf, "note": words, "at": at}
        tell_hands(hands.unit_side(each), "excused", assignment=row.assignment, **told)
    return row


def _excuse(rows: list[Part], *, actor: Person, behalf: Person | None, words: str, at: datetime) -> None:
    """The caller holds the lock, and tells."""
    for row in rows:
        row.state, row.excuse, row.excused_by, row.excused_for = PartState.EXCUSED, words, actor, behalf
        row.next_at, row.paused_at, row.ended_at = None, None, at
        save(row)
        lapse(row)
        record(actor=actor, verb="excused", obj=row, on_behalf_of=behalf, note=words, at=at)


@transaction.atomic
def close(*, assignment: Assignment, actor: Person, note: str = "", at: datetime | None = None) -> Assignment:
    """Everything that was asked is there (辦結). Closing again changes nothing; not while a unit is open. Raises
    UnableToClose.
    """
    at, tree = at or now(), lock(assignment)
    behalf = _giver(tree, actor)
    row = tree.assignment
    if row.is_closed:
        return row
    if not row.is_open:
        raise UnableToClose(_("The assignment was called off."))
    waiting = tree.open_parts()
    if waiting:
        words = _("Not done yet: %(units)s. Accept their reports, or excuse them by name.")
        raise UnableToClose(words % {"units": "、".join(str(each.unit) for each in waiting[:5])})
    _end(row, AssignmentState.CLOSED, actor, behalf, note, at)
    record(actor=actor, verb="closed", obj=row, on_behalf_of=behalf, note=row.end_note, at=at)
    _tell_sides([tree.lead], row, "closed", actor, behalf, row.end_note, at)
    return row


@transaction.atomic
def call_off(*, assignment: Assignment, actor: Person, reason: str, at: datetime | None = None) -> Assignment:
    """It is not to be done any more: the units are told, what is open ends. Again changes nothing. Raises
    UnableToClose.
    """
    at, tree = at or now(), lock(assignment)
    behalf = _giver(tree, actor)
    _call_off(tree, actor, behalf, reason, at)
    return tree.assignment


@transaction.atomic
def call_off_about(*, subject: models.Model, actor: Person, reason: str, at: datetime | None = None) -> int:
    """All that is in hand about a thing that ended another way; gives how many. The caller holds the right and the lock
    on `subject`.
    """
    at, rows = at or now(), list(Assignment.objects.about(subject).unfinished())
    for row in rows:
        _call_off(lock(row), actor, None, reason, at)
    return len(rows)


@transaction.atomic
def reopen(*, assignment: Assignment, actor: Person, reason: str, at: datetime | None = None) -> Assignment:
    """It was not enough after all (the sender writes again): the lead's report comes back as incomplete, the day
    stays. Raises UnableToClose.
    """
    at, tree = at or now(), lock(assignment)
    behalf = _giver(tree, actor)
    row, lead, words = tree.assignment, tree.lead, reason.strip()[:MAX_NOTE]
    if row.is_open:
        return row
    if not row.is_closed:
        raise UnableToClose(_("What was called off is given anew."))
    if not words:
        raise UnableToClose(_("Say what is missing."))
    row.state, row.ended_at, row.ended_by, row.ended_for, row.end_note = AssignmentState.OPEN, None, None, None, ""
    row.version += 1
    row.save()
    last = lead.reports.get(round=lead.rounds)
    given = {"by": actor, "on_behalf_of": behalf, "at": at}
    Verdict.objects.create(report=last, kind=VerdictKind.RETURNED, note=words, **given)
    lead.state, lead.delivered_at, lead.late_days, lead.ended_at = PartState.RETURNED, None, None, None
    save(lead)
    record(actor=actor, verb="reopened", obj=row, on_behalf_of=behalf, note=words, at=at)
    record(actor=actor, verb="report_returned", obj=lead, on_behalf_of=behalf, note=words, at=at)
    told = {"part": lead, "actor": actor, "behalf": behalf, "note": words, "at": at}
    tell_hands(Hands([lead], at).unit_side(lead), "returned", assignment=row, **told)
    return row


def _giver(tree: Tree, actor: Person) -> Person | None:
    authority = as_giver(actor, tree.assignment)
    if authority is None:
        raise UnableToClose(_("This is for who gave the assignment, and for the office."))
    return authority.on_behalf_of


def _end(
    row: Assignment, state: AssignmentState, actor: Person, behalf: Person | None, note: str, at: datetime
) -> None:
    row.state, row.ended_at, row.ended_by, row.ended_for = state, at, actor, behalf
    row.end_note = note.strip()[:MAX_NOTE]
    row.version += 1
    row.save()


def _call_off(tree: Tree, actor: Person, behalf: Person | None, reason: str, at: datetime) -> None:
    row = tree.assignment
    if row.state == AssignmentState.CALLED_OFF:
        return
    if not row.is_open:
        raise UnableToClose(_("The assignment is closed already."))
    if not reason.strip():
        raise UnableToClose(_("Say why it is not to be done any more."))
    waiting = tree.open_parts()
    _tell_sides(waiting, row, "called_off", actor, behalf, reason.strip(), at)
    _excuse(waiting, actor=actor, behalf=behalf, words=reason.strip()[:MAX_EXCUSE], at=at)
    _end(row, AssignmentState.CALLED_OFF, actor, behalf, reason, at)
    record(actor=actor, verb="called_off", obj=row, on_behalf_of=behalf, note=row.end_note, at=at)


def _tell_sides(
    parts: list[Part], row: Assignment, kind: str, actor: Person, behalf: Person | None, note: str, at: datetime
) -> None:
    hands = Hands(parts, at)
    people = [hand for part in parts for hand in hands.unit_side(part)]
    tell_hands(people, kind, assignment=row, actor=actor, behalf=behalf, note=note, at=at)
