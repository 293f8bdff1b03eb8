"""A unit asks for more time (延期) before its day is over; who set the day grants it or says why not."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.relays.enums import ExtensionState
from apps.relays.models import Extension, RelayLine
from apps.relays.rules import authority_for, can_extend
from apps.relays.services.errors import UnableToExtend
from apps.relays.services.locking import lock_line
from apps.relays.services.reporting import behalf_of_level_above
from apps.relays.services.telling import tell_extension

MAX_REASON = 300


@transaction.atomic
def ask_extension(
    *, line: RelayLine, actor: Person, until: datetime, reason: str, at: datetime | None = None
) -> Extension:
    """Ask for more time. While a wish waits, asking again changes nothing; the day stands until it is granted.

    Raises UnableToExtend.
    """
    at = at or now()
    row = lock_line(line.pk)
    authority = authority_for(actor, row)
    if authority is None:
        raise UnableToExtend(_("You may not ask for more time for this unit."))
    waiting = row.extensions.filter(state=ExtensionState.ASKED).first()
    if waiting:
        return waiting
    _check_wish(row, until, reason, at)
    wish = Extension.objects.create(
        line=row,
        old=row.report_by,
        wanted=until,
        reason=reason.strip()[:MAX_REASON],
        asked_at=at,
        asked_by=actor,
        asked_for=authority.on_behalf_of,
    )
    changes = {"report_by": [wish.old.isoformat(), wish.wanted.isoformat()]}
    behalf = authority.on_behalf_of
    record(actor=actor, verb="extension_asked", obj=row, on_behalf_of=behalf, changes=changes, note=wish.reason, at=at)
    return wish


@transaction.atomic
def grant_extension(
    *, line: RelayLine, actor: Person, until: datetime | None = None, note: str = "", at: datetime | None = None
) -> Extension:
    """More time until `until` (else until the wanted day), also after the old day is over; the old day is kept.

    Open units below that had the same day get the new one too. Raises UnableToExtend.
    """
    at = at or now()
    row, wish = _waiting(line, actor)
    new = until or wish.wanted
    if new <= row.report_by or new <= at:
        raise UnableToExtend(_("The new day must be later than the old one, and lie ahead."))
    if row.parent and row.parent.report_by and new > row.parent.report_by:
        raise UnableToExtend(_("The unit above must be done by then itself. Let it ask for more time first."))
    _decide(wish, ExtensionState.GRANTED, actor, row, note, at, granted=new)
    _move_day(row, new, actor, wish, at)
    return wish


@transaction.atomic
def refuse_extension(*, line: RelayLine, actor: Person, note: str, at: datetime | None = None) -> Extension:
    """The day stays, and the unit is told why. Raises UnableToExtend."""
    row, wish = _waiting(line, actor)
    if not note.strip():
        raise UnableToExtend(_("Say why there is no more time."))
    _decide(wish, ExtensionState.REFUSED, actor, row, note, at or now())
    record(
        actor=actor,
        verb="extension_refused",
        obj=row,
        on_behalf_of=wish.decided_for,
        note=wish.note,
        at=wish.decided_at,
    )
    return wish


def _check_wish(row: RelayLine, until: datetime, reason: str, at: datetime) -> None:
    if not row.is_out or not row.is_signed or not row.is_units_turn or row.report_by is None:
        raise UnableToExtend(_("Nothing is asked of the unit for which more time could be given."))
    if row.report_by <= at:
        raise UnableToExtend(_("The day is over. More time can only be asked for before."))
    if until <= row.report_by:
        raise UnableToExtend(_("Choose a day after the one by which it is due now."))
    if not reason.strip():
        raise UnableToExtend(_("Say why the unit needs more time."))


def _waiting(line: RelayLine, actor: Person) -> tuple[RelayLine, Extension]:
    """The locked line and the wish that waits. Raises UnableToExtend."""
    row = lock_line(line.pk)
    wish = row.extensions.filter(state=ExtensionState.ASKED).select_related("asked_by").first()
    if wish is None or not row.is_out:
        raise UnableToExtend(_("No wish for more time waits any more."))
    if not can_extend(actor, row, wish):
        raise UnableToExtend(_("You may not decide on this wish for more time."))
    return row, wish


def _decide(
    wish: Extension,
    state: ExtensionState,
    actor: Person,
    row: RelayLine,
    note: str,
    at: datetime,
    granted: datetime | None = None,
) -> None:
    wish.state, wish.granted, wish.note = state, granted, note.strip()[:MAX_REASON]
    wish.decided_at, wish.decided_by, wish.decided_for = at, actor, behalf_of_level_above(actor, row)
    wish.save(update_fields=["state", "granted", "note", "decided_at", "decided_by", "decided_for"])
    tell_extension(wish.asked_by, row, wish, at)


def _move_day(row: RelayLine, new: datetime, actor: Person, wish: Extension, at: datetime) -> None:
    """For the unit, and for open units below whose day was the same."""
    old = row.report_by
    for each in [row, *_same_day_below(row, old)]:
        each.report_by = new
        each.version += 1
        each.save(update_fields=["report_by", "version"])
        changes = {"report_by": [old.isoformat(), new.isoformat()]}
        record(
            actor=actor,
            verb="extension_granted",
            obj=each,
            on_behalf_of=wish.decided_for,
            changes=changes,
            note=wish.note,
            at=at,
        )


def _same_day_below(row: RelayLine, day: datetime) -> list[RelayLine]:
    """Level by level, locked in the order of keys."""
    keys, found = [row.pk], []
    while keys:
        below = RelayLine.objects.filter(parent__in=keys, report_by=day).open().order_by("pk")
        keys = list(below.values_list("pk", flat=True))
        found += keys
    return [lock_line(key) for key in sorted(found)]
