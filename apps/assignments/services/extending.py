"""A unit asks for more time (延期) before its day is over; who set the day grants it or says why not."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import DueKind, ExtensionState
from apps.assignments.hands import Hand, Hands
from apps.assignments.models import Extension, Part
from apps.assignments.rules import as_setter, as_writer
from apps.assignments.services.days import move_day
from apps.assignments.services.errors import UnableToExtend
from apps.assignments.services.locking import lock_part, save
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person

MAX_REASON = 300


@transaction.atomic
def ask_extension(*, part: Part, actor: Person, until: datetime, reason: str, at: datetime | None = None) -> Extension:
    """Ask for more time. While a wish waits, asking again changes nothing; the day stands until it is granted.

    Raises UnableToExtend.
    """
    at, (_tree, row) = at or now(), lock_part(part)
    authority = as_writer(actor, row)
    if authority is None:
        raise UnableToExtend(_("You may not ask for more time for this unit."))
    waiting = row.extensions.filter(state=ExtensionState.ASKED).first()
    if waiting:
        return waiting
    _check_wish(row, until, reason, at)
    wish = Extension.objects.create(
        part=row,
        old=row.due_at,
        wanted=until,
        reason=reason.strip()[:MAX_REASON],
        asked_at=at,
        asked_by=actor,
        asked_for=authority.on_behalf_of,
    )
    changes, behalf = {"due_at": [wish.old.isoformat(), wish.wanted.isoformat()]}, authority.on_behalf_of
    record(actor=actor, verb="extension_asked", obj=row, on_behalf_of=behalf, changes=changes, note=wish.reason, at=at)
    hands = Hands([row], at)
    people = hands.doers(row.parent) if row.parent_id else hands.givers(row.assignment)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": wish.reason, "at": at}
    tell_hands(people, "asks_time", assignment=row.assignment, **told)
    return wish


@transaction.atomic
def grant_extension(
    *,
    part: Part,
    actor: Person,
    until: datetime | None = None,
    note: str = "",
    wish: int | None = None,
    at: datetime | None = None,
) -> Extension:
    """More time until `until` (else until the wanted day), also after the old day is over; the old day is kept.

    Open parts that were passed down with the same day get the new one too. `wish`: the key of the one that the actor
    has read. Raises UnableToExtend.
    """
    at, (tree, row) = at or now(), lock_part(part)
    asked, behalf = _waiting(tree, row, actor, wish)
    new = until or asked.wanted
    if new <= row.due_at or new <= at:
        raise UnableToExtend(_("The new day must be later than the old one, and lie ahead."))
    if row.parent_id and new > tree.parts[row.parent_id].due_at:
        raise UnableToExtend(_("The unit above must be done by then itself. Let it ask for more time first."))
    if row.is_paused:
        raise UnableToExtend(_("The clock of this unit stands still. Let it run again first."))
    _decide(asked, ExtensionState.GRANTED, actor, behalf, note, at, granted=new)
    _move(tree, row, new, actor, behalf, asked.note, at)
    _tell_asker(row, asked, "more_time", actor, behalf, at)
    return asked


@transaction.atomic
def refuse_extension(
    *, part: Part, actor: Person, note: str, wish: int | None = None, at: datetime | None = None
) -> Extension:
    """The day stays, and the unit is told why. `wish` as for granting. Raises UnableToExtend."""
    at, (tree, row) = at or now(), lock_part(part)
    asked, behalf = _waiting(tree, row, actor, wish)
    if not note.strip():
        raise UnableToExtend(_("Say why there is no more time."))
    _decide(asked, ExtensionState.REFUSED, actor, behalf, note, at)
    record(actor=actor, verb="extension_refused", obj=row, on_behalf_of=behalf, note=asked.note, at=at)
    _tell_asker(row, asked, "no_more_time", actor, behalf, at)
    return asked


def _check_wish(row: Part, until: datetime, reason: str, at: datetime) -> None:
    if not row.is_reportable:
        raise UnableToExtend(_("Nothing is asked of the unit for which more time could be given."))
    if row.is_paused:
        raise UnableToExtend(_("The clock of this unit stands still. Let it run again first."))
    if row.due_at <= at:
        raise UnableToExtend(_("The day is over. More time can only be asked for before."))
    if until <= row.due_at:
        raise UnableToExtend(_("Choose a day after the one by which it is due now."))
    if not reason.strip():
        raise UnableToExtend(_("Say why the unit needs more time."))


def _waiting(tree: Tree, row: Part, actor: Person, read: int | None) -> tuple[Extension, Person | None]:
    """The wish that waits, and whom the actor stands in for. Raises UnableToExtend."""
    authority = as_setter(actor, row, tree)
    if authority is None:
        raise UnableToExtend(_("You may not decide on this wish for more time."))
    wish = row.extensions.filter(state=ExtensionState.ASKED).select_related("asked_by").first()
    if wish is None:
        raise UnableToExtend(_("No wish for more time waits any more."))
    if read is not None and read != wish.pk:
        raise UnableToExtend(_("The unit has asked anew meanwhile: read the newest wish first."))
    if wish.asked_by_id == actor.pk:
        raise UnableToExtend(_("Nobody grants the own wish for more time."))
    return wish, authority.on_behalf_of


def _decide(
    wish: Extension,
    state: ExtensionState,
    actor: Person,
    behalf: Person | None,
    note: str,
    at: datetime,
    granted: datetime | None = None,
) -> None:
    wish.state, wish.granted, wish.note = state, granted, note.strip()[:MAX_REASON]
    wish.decided_at, wish.decided_by, wish.decided_for = at, actor, behalf
    wish.save(update_fields=["state", "granted", "note", "decided_at", "decided_by", "decided_for"])


def _move(tree: Tree, row: Part, new: datetime, actor: Person, behalf: Person | None, note: str, at: datetime) -> None:
    """For the unit, and for open units below whose day was the same."""
    old = row.due_at
    same = [each for each in tree.passed_down(row) if each.is_open and each.due_at == old and not each.is_paused]
    for each in [row, *same]:
        kind = DueKind.EXTENDED if each is row else DueKind.FOLLOWED
        move_day(each, new, kind, actor=actor, behalf=behalf, at=at, words=note)
        save(each)
        changes = {"due_at": [old.isoformat(), new.isoformat()]}
        given = {"on_behalf_of": behalf, "changes": changes, "note": note, "at": at}
        record(actor=actor, verb="extension_granted", obj=each, **given)


def _tell_asker(row: Part, wish: Extension, kind: str, actor: Person, behalf: Person | None, at: datetime) -> None:
    told = {"part": row, "actor": actor, "behalf": behalf, "note": wish.note, "at": at}
    people = [Hand(wish.asked_by), *Hands([row], at).unit_side(row)]
    tell_hands(people, kind, assignment=row.assignment, **told)
