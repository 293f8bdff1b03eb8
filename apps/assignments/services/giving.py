"""An instruction is given to units (交辦): one leads, others help; further units later; another lead (改分)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import CLERK_ROLES, DueKind, PartRole, PartState, Urgency, VerdictKind, Wants
from apps.assignments.hands import Hands
from apps.assignments.models import Assignment, Part, Verdict
from apps.assignments.rules import as_giver
from apps.assignments.services.days import check_ahead, due_by_urgency, move_day, write_day
from apps.assignments.services.errors import UnableToAct, UnableToChangeLead, UnableToGive
from apps.assignments.services.locking import lock, save
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person, Unit
from apps.people.unit_people import holders_of

MAX_REASON = 300


@dataclass(frozen=True)
class PartWanted:
    """What one unit is to do. `due_at` empty: the day of the whole. `wants`: what the report must hold (Wants)."""

    unit: Unit
    role: str = PartRole.HELPER
    asks: str = ""
    due_at: datetime | None = None
    wants: Sequence[str] = ()


@transaction.atomic
def give(
    *,
    subject: models.Model,
    title: str,
    parts: Sequence[PartWanted],
    actor: Person,
    words: str = "",
    on_behalf_of: Person | None = None,
    urgency: str = Urgency.ORDINARY,
    due_at: datetime | None = None,
    shows_subject: bool = False,
    concerned_only: bool = False,
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
) -> Assignment:
    """Give units an instruction about `subject`; their clerks are told and sign for it. The caller checked that `actor`
    may, and holds the lock on `subject`. `on_behalf_of`: whose instruction it is.

    Without `due_at` the day goes by the urgency. Raises UnableToGive.
    """
    at = at or now()
    _check(title, parts)
    day = due_at or due_by_urgency(urgency, at)
    lead = next(wanted for wanted in parts if wanted.role == PartRole.LEAD)
    row = Assignment.objects.create(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        title=title.strip()[:160],
        words=words.strip(),
        given_by=actor,
        given_for=on_behalf_of,
        given_at=at,
        urgency=urgency,
        due_at=lead.due_at or day,
        shows_subject=shows_subject,
        concerned_only=concerned_only,
    )
    _give_files(row, attachments, actor)
    changes = {"units": [wanted.unit.pk for wanted in parts], "lead": lead.unit.pk}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="given", obj=row, changes=changes, note=row.words, at=at)
    by_urgency = due_at is None
    made = [make_part(row, each, day, by_urgency, actor=actor, behalf=on_behalf_of, at=at) for each in parts]
    hands = Hands(made, at)
    for part in made:
        _tell_given(part, hands, actor, on_behalf_of, at)
    return row


def keep_to_concerned(*, subject: models.Model, only: bool) -> None:
    """From now on, or no longer, for who is concerned only. The caller holds the right and the lock on `subject`."""
    Assignment.objects.about(subject).exclude(concerned_only=only).update(concerned_only=only)


@transaction.atomic
def add_part(*, assignment: Assignment, part: PartWanted, actor: Person, at: datetime | None = None) -> Part:
    """One more helping unit. A unit that has a part already keeps it as it is. Raises UnableToGive."""
    at, tree = at or now(), lock(assignment)
    behalf = _giver(tree, actor, UnableToGive)
    known = _part_of(tree, part.unit)
    if known:
        return known
    if part.role != PartRole.HELPER:
        raise UnableToGive(_("One unit leads already. Give the lead to another unit instead."))
    if not part.unit.is_active:
        raise UnableToGive(_("%(unit)s is no longer in use.") % {"unit": part.unit})
    if not tree.lead.is_units_turn or tree.lead.is_reported:
        raise UnableToGive(_("The lead has reported already. Return its report first."))
    made = make_part(tree.assignment, part, tree.assignment.due_at, False, actor=actor, behalf=behalf, at=at)
    changes = {"unit": made.unit_id, "unit_name": made.unit.name}
    record(actor=actor, on_behalf_of=behalf, verb="part_added", obj=tree.assignment, changes=changes, at=at)
    _tell_given(made, Hands([made], at), actor, behalf, at)
    return made


@transaction.atomic
def change_lead(
    *, assignment: Assignment, unit: Unit, reason: str, actor: Person, at: datetime | None = None
) -> Assignment:
    """Another unit leads (改分); the one before helps from now on, and may be excused then. The unit that leads already
    changes nothing. What a helper reported before does not count as the lead's report. Raises UnableToChangeLead.
    """
    at, tree, reason = at or now(), lock(assignment), reason.strip()[:MAX_REASON]
    behalf = _giver(tree, actor, UnableToChangeLead)
    before = tree.lead
    if before.unit_id == unit.pk:
        return tree.assignment
    if not reason:
        raise UnableToChangeLead(_("Say why another unit leads."))
    if not before.is_open:
        raise UnableToChangeLead(_("The lead's report is accepted already."))
    known = _part_of(tree, unit)
    if known and known.parent_id:
        raise UnableToChangeLead(_("This unit has its part from another unit. Excuse it there first."))
    before.role = PartRole.HELPER
    save(before)
    if known:
        _promote(known, before.due_at, reason, actor, behalf, at)
    else:
        wanted = PartWanted(unit, PartRole.LEAD, before.asks, before.due_at)
        known = make_part(tree.assignment, wanted, before.due_at, False, actor=actor, behalf=behalf, at=at)
    changes = {"lead": [before.unit_id, unit.pk], "unit_names": [before.unit.name, unit.name]}
    given = {"actor": actor, "on_behalf_of": behalf, "changes": changes, "note": reason, "at": at}
    for thing in (tree.assignment, before, known):
        record(verb="lead_changed", obj=thing, **given)
    hands, told = Hands([before, known], at), {"actor": actor, "behalf": behalf, "note": reason, "at": at}
    tell_hands(hands.unit_side(known), "leads_now", assignment=tree.assignment, part=known, **told)
    tell_hands(hands.unit_side(before), "leads_no_more", assignment=tree.assignment, part=before, **told)
    return tree.assignment


def _promote(part: Part, day: datetime, reason: str, actor: Person, behalf: Person | None, at: datetime) -> None:
    """A helper becomes the lead: its report, if there is one, comes back."""
    if part.rounds and not part.is_returned:
        last = part.reports.latest("round")
        Verdict.objects.get_or_create(
            report=last,
            kind=VerdictKind.RETURNED,
            defaults={"note": reason, "by": actor, "on_behalf_of": behalf, "at": at},
        )
        part.state, part.delivered_at, part.late_days, part.ended_at = PartState.RETURNED, None, None, None
    part.role = PartRole.LEAD
    if part.due_at != day and not part.is_paused:
        move_day(part, day, DueKind.CHOSEN, actor=actor, behalf=behalf, at=at, words=reason)
    save(part)


def make_part(
    row: Assignment,
    wanted: PartWanted,
    day: datetime,
    by_urgency: bool,
    *,
    actor: Person,
    behalf: Person | None,
    at: datetime,
    parent: Part | None = None,
) -> Part:
    """The caller holds the lock on the assignment. Raises UnableToGive for a day that is over."""
    due_at = wanted.due_at or day
    check_ahead(due_at, at, UnableToGive)
    sign_due = _sign_due(wanted.unit, at)
    made = Part.objects.create(
        assignment=row,
        unit=wanted.unit,
        role=wanted.role,
        parent=parent,
        depth=parent.depth + 1 if parent else 1,
        added_by=actor,
        added_for=behalf,
        added_at=at,
        asks=wanted.asks.strip(),
        wants_file=Wants.FILE in wanted.wants,
        wants_count=Wants.COUNT in wanted.wants,
        due_at=due_at,
        sign_due_at=sign_due,
        next_at=sign_due,
    )
    kind = DueKind.BY_URGENCY if by_urgency and wanted.due_at is None else DueKind.CHOSEN
    write_day(made, kind, actor=actor, behalf=behalf, at=at, due_at=due_at)
    record(actor=actor, on_behalf_of=behalf, verb="part_given", obj=made, note=made.asks, at=at)
    return made


def _sign_due(unit: Unit, at: datetime) -> datetime | None:
    """Half a working day; at once where nobody looks after the unit; None where the calendar does not know."""
    if not holders_of([unit.pk], *CLERK_ROLES):
        return at
    try:
        return office_time().add_minutes(at, settings.RELAY_SIGN_MINUTES)
    except CalendarYearMissing:
        return None


def _check(title: str, parts: Sequence[PartWanted]) -> None:
    if not title.strip():
        raise UnableToGive(_("Say what is to be done."))
    if sum(wanted.role == PartRole.LEAD for wanted in parts) != 1:
        raise UnableToGive(_("Name one unit that leads, and only one."))
    units = [wanted.unit for wanted in parts]
    if len({unit.pk for unit in units}) != len(units):
        raise UnableToGive(_("A unit stands there twice."))
    gone = next((unit for unit in units if not unit.is_active), None)
    if gone:
        raise UnableToGive(_("%(unit)s is no longer in use.") % {"unit": gone})


def _give_files(row: Assignment, attachments: Sequence[Attachment], actor: Person) -> None:
    try:
        attach(list(attachments), to=row, person=actor)
    except UnableToAttach as error:
        raise UnableToGive(str(error)) from error


def _giver(tree: Tree, actor: Person, error: type[UnableToAct]) -> Person | None:
    """Whom `actor` stands in for. Raises `error` for who may not, or when it is over."""
    authority = as_giver(actor, tree.assignment)
    if authority is None:
        raise error(_("This is for who gave the assignment, and for the office."))
    if not tree.assignment.is_open:
        raise error(_("The assignment is over."))
    return authority.on_behalf_of


def _part_of(tree: Tree, unit: Unit) -> Part | None:
    """The unit's part that still counts."""
    rows = (part for part in tree.parts.values() if part.unit_id == unit.pk and part.state != PartState.EXCUSED)
    return next(rows, None)


def _tell_given(part: Part, hands: Hands, actor: Person, behalf: Person | None, at: datetime) -> None:
    kind = "given_lead" if part.is_lead else "given_helper"
    note = "\n\n".join(each for each in (part.assignment.words, part.asks) if each)
    given = {"part": part, "actor": actor, "behalf": behalf, "note": note, "at": at}
    tell_hands(hands.clerks(part), kind, assignment=part.assignment, **given)
