"""The report goes up level by level (回報): who does it writes, the unit's head confirms, the level above accepts it or
returns it as incomplete.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.enums import ExtensionState, PartState, VerdictKind
from apps.assignments.hands import Hands
from apps.assignments.lateness import days_after
from apps.assignments.models import Part, Report, Verdict
from apps.assignments.rules import Authority, as_above, as_confirmer, as_writer
from apps.assignments.services.errors import UnableToAct, UnableToDecide, UnableToReport
from apps.assignments.services.locking import lock_part, save
from apps.assignments.services.pausing import run_again
from apps.assignments.services.telling import tell_hands
from apps.assignments.tree import Tree
from apps.core.calendar import office_time
from apps.core.clock import now
from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person

MAX_REPORT, MAX_NOTE = 4000, 1000


@transaction.atomic
def report(
    *,
    part: Part,
    actor: Person,
    text: str,
    count: int | None = None,
    attachments: Iterable[Attachment] = (),
    at: datetime | None = None,
) -> Report:
    """What was done, with files and the count where these are asked; it waits for the unit's head. A clock that stands
    still runs again.

    Not while a unit below is open. Raises UnableToReport.
    """
    at, files = at or now(), list(attachments)
    tree, row = lock_part(part)
    authority = _check_report(tree, row, actor, text, count, files)
    run_again(row, actor=actor, behalf=authority.on_behalf_of, at=at)
    row.state, row.rounds = PartState.REPORTED, row.rounds + 1
    save(row)
    said = Report.objects.create(
        part=row,
        round=row.rounds,
        text=text.strip()[:MAX_REPORT],
        count=count if row.wants_count else None,
        author=actor,
        on_behalf_of=authority.on_behalf_of,
        at=at,
    )
    try:
        attach(files, to=said, person=actor)
    except UnableToAttach as error:
        raise UnableToReport(str(error)) from error
    lapse(row)
    behalf, changes = authority.on_behalf_of, {"round": row.rounds, "count": said.count}
    record(actor=actor, verb="reported", obj=row, on_behalf_of=behalf, changes=changes, note=said.text, at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": said.text, "at": at}
    tell_hands(Hands([row], at).heads(row), "to_confirm", assignment=row.assignment, **told)
    return said


@transaction.atomic
def confirm(
    *, part: Part, actor: Person, note: str = "", of_round: int | None = None, at: datetime | None = None
) -> Part:
    """The head stands for the report, and it goes up; of a unit without a head its clerk, and the verdict says so.
    Confirming again changes nothing. `of_round`: the report that the actor has read. Raises UnableToReport.
    """
    at, (tree, row) = at or now(), lock_part(part)
    found = as_confirmer(actor, row)
    if found is None:
        raise UnableToReport(_("The unit's head confirms its report."))
    _check_round(row, of_round, UnableToReport)
    if row.is_confirmed:
        return row
    if not row.is_reported:
        raise UnableToReport(_("There is no report that waits."))
    _check_nothing_open_below(tree, row)
    authority, confirmed_as = found
    last = _say(row, VerdictKind.CONFIRMED, actor, authority, note, at, confirmed_as=confirmed_as)
    behalf = authority.on_behalf_of
    row.state, row.delivered_at = PartState.CONFIRMED, at
    row.late_days = days_after(row.due_at, at, office_time())
    save(row)
    changes = {"round": row.rounds, "as": confirmed_as.value}
    record(actor=actor, verb="confirmed", obj=row, on_behalf_of=behalf, changes=changes, note=note.strip(), at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": last.text, "at": at}
    tell_hands(Hands([row], at).above(row), "to_accept", assignment=row.assignment, **told)
    return row


@transaction.atomic
def send_back(*, part: Part, actor: Person, note: str, of_round: int | None = None, at: datetime | None = None) -> Part:
    """The head wants it otherwise; who does it reports anew. The same words about the same round change nothing.
    Raises UnableToReport.
    """
    at, (_tree, row) = at or now(), lock_part(part)
    found = as_confirmer(actor, row)
    if found is None:
        raise UnableToReport(_("The unit's head confirms its report."))
    _check_round(row, of_round, UnableToReport)
    if of_round and _said_so(row, VerdictKind.SENT_BACK, actor, note):
        return row
    if not row.is_reported:
        raise UnableToReport(_("There is no report that waits."))
    if not note.strip():
        raise UnableToReport(_("Say what is missing."))
    _return(row, VerdictKind.SENT_BACK, actor, found[0], note, at)
    behalf, changes = found[0].on_behalf_of, {"round": row.rounds}
    record(actor=actor, verb="sent_back", obj=row, on_behalf_of=behalf, changes=changes, note=note.strip(), at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": note.strip(), "at": at}
    tell_hands(Hands([row], at).unit_side(row), "sent_back", assignment=row.assignment, **told)
    return row


@transaction.atomic
def accept(
    *, part: Part, actor: Person, note: str = "", of_round: int | None = None, at: datetime | None = None
) -> Part:
    """The report is what was asked. Accepting again changes nothing. Raises UnableToDecide."""
    at, (tree, row) = at or now(), lock_part(part)
    authority = _check_above(tree, row, actor)
    _check_round(row, of_round, UnableToDecide)
    if row.state == PartState.ACCEPTED:
        return row
    _check_waits(row, actor)
    if tree.open_below(row):
        raise UnableToDecide(_("A unit below is open. Excuse it by name, or return the report."))
    _say(row, VerdictKind.ACCEPTED, actor, authority, note, at)
    row.state, row.ended_at = PartState.ACCEPTED, at
    save(row)
    behalf = authority.on_behalf_of
    record(actor=actor, verb="report_accepted", obj=row, on_behalf_of=behalf, note=note.strip(), at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": note.strip(), "at": at}
    tell_hands(Hands([row], at).unit_side(row), "accepted", assignment=row.assignment, **told)
    return row


@transaction.atomic
def give_back(*, part: Part, actor: Person, note: str, of_round: int | None = None, at: datetime | None = None) -> Part:
    """Returned: incomplete, with what is missing. A round that counts; the day stays. The same words about the same
    round change nothing. Raises UnableToDecide.
    """
    at, (tree, row) = at or now(), lock_part(part)
    authority = _check_above(tree, row, actor)
    _check_round(row, of_round, UnableToDecide)
    if of_round and _said_so(row, VerdictKind.RETURNED, actor, note):
        return row
    _check_waits(row, actor)
    if not note.strip():
        raise UnableToDecide(_("Say what is missing."))
    _return(row, VerdictKind.RETURNED, actor, authority, note, at)
    behalf, changes = authority.on_behalf_of, {"round": row.rounds}
    record(actor=actor, verb="report_returned", obj=row, on_behalf_of=behalf, changes=changes, note=note.strip(), at=at)
    told = {"part": row, "actor": actor, "behalf": behalf, "note": note.strip(), "at": at}
    tell_hands(Hands([row], at).unit_side(row), "returned", assignment=row.assignment, **told)
    return row


def lapse(row: Part) -> None:
    """The unit needs no more time: a wish for it that waits is no longer to be decided."""
    row.extensions.filter(state=ExtensionState.ASKED).update(state=ExtensionState.LAPSED)


def _say(
    row: Part,
    kind: VerdictKind,
    actor: Person,
    authority: Authority,
    note: str,
    at: datetime,
    confirmed_as: str = "",
) -> Report:
    """A verdict on the report that counts now; gives that report."""
    last = row.reports.get(round=row.rounds)
    Verdict.objects.create(
        report=last,
        kind=kind,
        note=note.strip()[:MAX_NOTE],
        confirmed_as=confirmed_as,
        by=actor,
        on_behalf_of=authority.on_behalf_of,
        at=at,
    )
    return last


def _said_so(row: Part, kind: VerdictKind, actor: Person, note: str) -> bool:
    """This person returned the report that counts now with these words: it is a second click."""
    said = Verdict.objects.filter(report__part=row, report__round=row.rounds, kind=kind, by=actor)
    return row.is_returned and said.filter(note=note.strip()[:MAX_NOTE]).exists()


def _return(row: Part, kind: VerdictKind, actor: Person, authority: Authority, note: str, at: datetime) -> None:
    _say(row, kind, actor, authority, note, at)
    row.state, row.delivered_at, row.late_days = PartState.RETURNED, None, None
    save(row)


def _check_report(
    tree: Tree, row: Part, actor: Person, text: str, count: int | None, files: list[Attachment]
) -> Authority:
    authority = as_writer(actor, row)
    if authority is None:
        raise UnableToReport(_("You may not report for this unit."))
    if not row.is_signed:
        raise UnableToReport(_("Sign for it first."))
    if row.is_reported or row.is_confirmed:
        raise UnableToReport(_("The report waits already."))
    if not row.is_reportable:
        raise UnableToReport(_("No report is asked of this unit any more."))
    if not text.strip():
        raise UnableToReport(_("Write what the unit reports."))
    if row.wants_count and count is None:
        raise UnableToReport(_("A count is asked: type the number, 0 if there is none."))
    if row.wants_file and not files:
        raise UnableToReport(_("A file is asked: attach it."))
    _check_nothing_open_below(tree, row)
    return authority


def _check_nothing_open_below(tree: Tree, row: Part) -> None:
    waiting = tree.open_below(row)
    if waiting:
        names = "、".join(str(each.unit) for each in waiting[:5])
        words = _("%(units)s: not done yet, or the report is not accepted. Excuse by name what need not be waited for.")
        raise UnableToReport(words % {"units": names})


def _check_round(row: Part, of_round: int | None, error: type[UnableToAct]) -> None:
    """`of_round`: which report the page showed; None where the caller has just read it."""
    if of_round is not None and of_round != row.rounds:
        raise error(_("The unit has reported again meanwhile: read the newest report first."))


def _check_above(tree: Tree, row: Part, actor: Person) -> Authority:
    authority = as_above(actor, row, tree)
    if authority is None:
        raise UnableToDecide(_("You may not decide on this report."))
    return authority


def _check_waits(row: Part, actor: Person) -> None:
    if not row.is_confirmed:
        raise UnableToDecide(_("There is no report that waits."))
    last = row.reports.get(round=row.rounds)
    if actor.pk == last.author_id or last.verdicts.filter(by=actor, kind=VerdictKind.CONFIRMED).exists():
        raise UnableToDecide(_("Nobody accepts a report that they wrote or confirmed."))
