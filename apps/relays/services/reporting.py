"""A unit reports back (回報), the level above accepts it or returns it; who need not, is excused by name."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.files import attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.notices.rules import acts_for
from apps.people.models import Person
from apps.relays.enums import REPORTABLE, ExtensionState, LineState
from apps.relays.figures import figures_of
from apps.relays.models import RelayLine
from apps.relays.rules import authority_for, can_decide, can_excuse
from apps.relays.services.errors import UnableToDecide, UnableToReport
from apps.relays.services.locking import lock_line

MAX_REPORT, MAX_REASON, MAX_EXCUSE = 4000, 1000, 300


def role_of_round(number: int) -> str:
    """Under which role the files of this round are kept with the line."""
    return f"report:{number}"


@transaction.atomic
def report(
    *,
    line: RelayLine,
    actor: Person,
    text: str,
    attachments: Iterable[Attachment] = (),
    at: datetime | None = None,
) -> RelayLine:
    """Report back with words, files and the figures of the unit's people as they stand now.

    Not while a unit below is open. Raises UnableToReport, journal.files.UnableToAttach.
    """
    at = at or now()
    row = lock_line(line.pk)
    authority = authority_for(actor, row)
    _check(row, authority is not None, text)
    row.state, row.report, row.rounds = LineState.REPORTED, text.strip()[:MAX_REPORT], row.rounds + 1
    row.figures, row.reported_at, row.reported_by = figures_of(row), at, actor
    row.decided_at, row.decided_by, row.return_reason = None, None, ""
    row.version += 1
    row.save()
    lapse(row)
    attach(list(attachments), to=row, person=actor, role=role_of_round(row.rounds))
    changes = {"round": row.rounds, "figures": row.figures}
    record(
        actor=actor,
        verb="reported",
        obj=row,
        on_behalf_of=authority.on_behalf_of,
        changes=changes,
        note=row.report,
        at=at,
    )
    return row


@transaction.atomic
def accept(*, line: RelayLine, actor: Person, at: datetime | None = None) -> RelayLine:
    """The report is what was asked. Accepting again changes nothing. Raises UnableToDecide."""
    row = lock_line(line.pk)
    if row.state == LineState.ACCEPTED:
        return row
    _check_decision(row, actor)
    if open_below(row):
        raise UnableToDecide(_("A unit below is open. Excuse it by name, or return the report."))
    row.state, row.decided_at, row.decided_by = LineState.ACCEPTED, at or now(), actor
    row.version += 1
    row.save()
    record(
        actor=actor, verb="report_accepted", obj=row, on_behalf_of=behalf_of_level_above(actor, row), at=row.decided_at
    )
    return row


@transaction.atomic
def give_back(*, line: RelayLine, actor: Person, reason: str, at: datetime | None = None) -> RelayLine:
    """The report goes back with the reason. The day by which it was asked stays. Raises UnableToDecide."""
    row = lock_line(line.pk)
    _check_decision(row, actor)
    if not reason.strip():
        raise UnableToDecide(_("Say what is missing."))
    row.state, row.return_reason = LineState.RETURNED, reason.strip()[:MAX_REASON]
    row.decided_at, row.decided_by = at or now(), actor
    row.version += 1
    row.save()
    record(
        actor=actor,
        verb="report_returned",
        obj=row,
        on_behalf_of=behalf_of_level_above(actor, row),
        changes={"round": row.rounds},
        note=row.return_reason,
        at=row.decided_at,
    )
    return row


@transaction.atomic
def excuse(*, line: RelayLine, actor: Person, reason: str, at: datetime | None = None) -> RelayLine:
    """Nothing is asked of this unit any more, nor of those below it that are open. Raises UnableToDecide."""
    at = at or now()
    row = lock_line(line.pk)
    if row.state == LineState.EXCUSED:
        return row
    if not can_excuse(actor, row):
        raise UnableToDecide(_("You may not excuse this unit."))
    if not row.is_open:
        raise UnableToDecide(_("This unit has done what was asked."))
    if not reason.strip():
        raise UnableToDecide(_("Say why nothing is asked of this unit."))
    behalf = behalf_of_level_above(actor, row)
    for each in [row, *_open_below(row)]:
        end_by_excuse(each, actor=actor, behalf=behalf, reason=reason, at=at)
    return row


def end_by_excuse(row: RelayLine, *, actor: Person, behalf: Person | None, reason: str, at: datetime) -> None:
    """Nothing is asked of this unit any more; in the caller's transaction, which holds the row."""
    row.state, row.excuse, row.next_at = LineState.EXCUSED, reason.strip()[:MAX_EXCUSE], None
    row.decided_at, row.decided_by = at, actor
    row.version += 1
    row.save()
    lapse(row)
    record(actor=actor, verb="excused", obj=row, on_behalf_of=behalf, note=row.excuse, at=at)


def open_below(row: RelayLine) -> int:
    """How many units that this one passed it down to have not done yet what was asked. What was taken back is not."""
    return RelayLine.objects.filter(parent=row).out().open().count()


def _open_below(row: RelayLine) -> list[RelayLine]:
    """All open lines below, locked one after the other in the order of keys."""
    keys, found = [row.pk], []
    while keys:
        keys = list(RelayLine.objects.filter(parent__in=keys).order_by("pk").values_list("pk", flat=True))
        found += keys
    locked = [lock_line(key) for key in sorted(found)]
    return [each for each in locked if each.is_open]


def _check(row: RelayLine, may_act: bool, text: str) -> None:
    if not may_act:
        raise UnableToReport(_("You may not report for this unit."))
    if not row.is_signed:
        raise UnableToReport(_("Sign for it first."))
    if row.state == LineState.REPORTED:
        raise UnableToReport(_("The report waits to be accepted already."))
    if not row.is_out or not row.relay.wants_report or row.state not in REPORTABLE:
        raise UnableToReport(_("No report is asked of this unit any more."))
    if not text.strip():
        raise UnableToReport(_("Write what the unit reports."))
    if open_below(row):
        raise UnableToReport(_("A unit below has not reported yet, or its report is not accepted. Excuse it by name."))


def _check_decision(row: RelayLine, actor: Person) -> None:
    if not can_decide(actor, row):
        raise UnableToDecide(_("You may not decide on this report."))
    if row.state != LineState.REPORTED:
        raise UnableToDecide(_("There is no report that waits."))


def lapse(row: RelayLine) -> None:
    """The unit needs no more time: a wish for it that waits is no longer to be decided."""
    row.extensions.filter(state=ExtensionState.ASKED).update(state=ExtensionState.LAPSED)


def behalf_of_level_above(actor: Person, row: RelayLine) -> Person | None:
    """Whom a deputy of the unit above, or of the sender, stands in for; the office acts for itself."""
    authority = authority_for(actor, row.parent) if row.parent else None
    return authority.on_behalf_of if authority else acts_for(actor, row.relay.notice)
