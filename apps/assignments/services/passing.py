"""A unit names who does its part (指定承辦人) or passes it down (再交辦); who has it may hand it over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assignments.enums import PartRole, PartState
from apps.assignments.hands import Hand, Hands
from apps.assignments.models import Part
from apps.assignments.rules import as_clerk, as_doer, as_writer
from apps.assignments.services.days import DayGiven
from apps.assignments.services.errors import UnableToName, UnableToPassDown
from apps.assignments.services.giving import PartWanted, check_not_done, make_part
from apps.assignments.services.locking import lock_part, save
from apps.assignments.services.telling import tell_hands
from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person, Post


@transaction.atomic
def name_person(*, part: Part, actor: Person, person: Person, note: str = "", at: datetime | None = None) -> Part:
    """The unit's clerk says who does it; named again, another does. That person is told. Raises UnableToName."""
    at, (_tree, row) = at or now(), lock_part(part)
    authority = as_clerk(actor, row)
    if authority is None:
        raise UnableToName(_("Only the unit's clerk, or who stands in, names the person."))
    if row.person_id == person.pk:
        return row
    _check_person(row, person)
    _give_to(row, person, "named", actor, authority.on_behalf_of, note, at)
    return row


@transaction.atomic
def hand_over(*, part: Part, actor: Person, person: Person, note: str, at: datetime | None = None) -> Part:
    """The person who is named gives it to another of the unit, and says why; the clerk hears of it. Raises
    UnableToName.
    """
    at, (_tree, row) = at or now(), lock_part(part)
    authority = as_doer(actor, row)
    if authority is None:
        raise UnableToName(_("Only the person who has it hands it over."))
    if row.person_id == person.pk:
        return row
    if not note.strip():
        raise UnableToName(_("Write a few words: the other side reads them."))
    _check_person(row, person)
    _give_to(row, person, "handed_over", actor, authority.on_behalf_of, note, at)
    return row


@transaction.atomic
def pass_down(
    *, part: Part, parts: Sequence[PartWanted], actor: Person, note: str = "", at: datetime | None = None
) -> list[Part]:
    """To units below, who sign and report to this unit; its own report waits for theirs. Their day is not after the
    unit's own, as long as that lies ahead; when it is over any day ahead. A unit that has its part in hand keeps it as
    it is; one that is done gets its report back instead. Raises UnableToPassDown.
    """
    at, (tree, row) = at or now(), lock_part(part)
    authority = as_writer(actor, row)
    if authority is None:
        raise UnableToPassDown(_("You may not pass this on for the unit."))
    _check_passable(row)
    taken = {each.unit_id: each for each in tree.parts.values() if each.state != PartState.EXCUSED}
    for wanted in parts:
        _check_below(row, wanted, taken, at)
    made = []
    for wanted in parts:
        if wanted.unit.pk in taken:
            continue
        as_helper = replace(wanted, role=PartRole.HELPER)
        given = {"actor": actor, "behalf": authority.on_behalf_of, "at": at, "parent": row}
        made.append(make_part(tree.assignment, as_helper, DayGiven(row.due_at), **given))
    if made:
        _tell_passed(row, made, actor, authority.on_behalf_of, note, at)
    return made


def _tell_passed(row: Part, made: list[Part], actor: Person, behalf: Person | None, note: str, at: datetime) -> None:
    changes = {"units": [each.unit_id for each in made]}
    record(actor=actor, verb="passed_down", obj=row, on_behalf_of=behalf, changes=changes, note=note.strip(), at=at)
    hands = Hands(made, at)
    for each in made:
        words = "\n\n".join(text for text in (note.strip(), each.asks) if text)
        told = {"part": each, "actor": actor, "behalf": behalf, "note": words, "at": at}
        tell_hands(hands.clerks(each), "passed_down", assignment=row.assignment, **told)


def _check_passable(row: Part) -> None:
    if not row.is_signed:
        raise UnableToPassDown(_("Sign for it first."))
    if not row.is_reportable:
        raise UnableToPassDown(_("The unit has reported already, or nothing is asked of it any more."))


def _check_below(row: Part, wanted: PartWanted, taken: dict[int, Part], at: datetime) -> None:
    unit = wanted.unit
    if unit.pk == row.unit_id or not unit.path.startswith(row.unit.path) or not unit.is_active:
        raise UnableToPassDown(_("Choose units that lie below yours."))
    known = taken.get(unit.pk)
    if known and known.parent_id != row.pk:
        raise UnableToPassDown(_("%(unit)s has a part of its own already.") % {"unit": unit})
    check_not_done(known, UnableToPassDown)
    if wanted.due_at and wanted.due_at > row.due_at > at:
        raise UnableToPassDown(_("Choose a day that is not after your own."))


def _check_person(row: Part, person: Person) -> None:
    if not row.is_signed:
        raise UnableToName(_("Sign for it first."))
    if not row.is_reportable:
        raise UnableToName(_("The unit has reported already, or nothing is asked of it any more."))
    if not person.is_active:
        raise UnableToName(_("%(name)s is no longer here.") % {"name": person.name})
    if not _belongs(person, row):
        raise UnableToName(_("%(name)s has no post in %(unit)s.") % {"name": person.name, "unit": row.unit})


def _belongs(person: Person, row: Part) -> bool:
    """In the unit or below it."""
    today = timezone.localtime(now()).date()
    return Post.objects.current(today).filter(person=person, unit__path__startswith=row.unit.path).exists()


def _give_to(
    row: Part, person: Person, how: str, actor: Person, behalf: Person | None, note: str, at: datetime
) -> None:
    before, row.person, row.named_at = row.person, person, at
    changes = {"person": [before.pk if before else None, person.pk], "person_name": person.name}
    if row.state == PartState.SIGNED:
        row.state = PartState.NAMED
    save(row)
    given = {"actor": actor, "on_behalf_of": behalf, "changes": changes, "note": note.strip(), "at": at}
    if how == "named":
        record(verb="named", obj=row, **given)
    else:
        record(verb="handed_over", obj=row, **given)
    hands, told = Hands([row], at), {"part": row, "actor": actor, "behalf": behalf, "at": at}
    words = "\n\n".join(text for text in (note.strip(), row.asks) if text)
    tell_hands(hands.doers(row), "named", assignment=row.assignment, note=words, **told)
    others = hands.clerks(row) if how == "handed_over" else []
    gone = [Hand(before)] if before else []
    others = [hand for hand in (*gone, *others) if hand.person != person]
    tell_hands(others, "taken_away", assignment=row.assignment, note=note.strip(), **told)
