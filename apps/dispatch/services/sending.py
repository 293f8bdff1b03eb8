"""Send a paper out (分發): units of the college get a notice and sign for it; what went outside is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.dispatch.models import Draft, Sent
from apps.dispatch.services.answering import lock_with_letter, note_answer
from apps.dispatch.services.errors import UnableToIssue
from apps.dispatch.services.routing import locked_draft
from apps.dispatch.services.sealing import final_sheet, is_sealed
from apps.dispatch.services.telling import tell_people
from apps.dispatch.services.telling_units import tell_units
from apps.dispatch.words import read_words
from apps.documents import services as documents
from apps.documents.enums import State, Why
from apps.documents.models import Document
from apps.documents.services.locking import lock, move, touch
from apps.journal.services import record
from apps.people.models import Person, Unit


@dataclass(frozen=True)
class Outside:
    """How and when it went to somebody who is not in the portal."""

    receiver: str
    how: str
    sent_on: date
    note: str = ""


@transaction.atomic
def send_paper(*, draft: Draft, actor: Person, outside: Sequence[Outside] = (), at: datetime | None = None) -> Draft:
    """The units named in it get the paper and sign for it; `outside` says how it went to the others. Sent already:
    nothing changes. Raises UnableToIssue.
    """
    at = at or now()
    row = lock_with_letter(draft)
    kept = locked_draft(row)
    if row.state == State.SENT:
        return kept
    if row.state != State.NUMBERED:
        raise UnableToIssue(_("Only a numbered paper is sent."))
    sheet = final_sheet(kept)
    if kept.no_seal_by_id is None and not is_sealed(kept, sheet):
        raise UnableToIssue(_("It is not sealed yet: the keeper has not closed the line in the ledger."))
    words = read_words(sheet.edition)
    check_outside(words.outside, outside)
    check_days(row, outside, at)
    units = list(Unit.objects.filter(pk__in=words.units).order_by("path"))
    if units:
        kept.notice = tell_units(kept, sheet, units, actor=actor, at=at)
        documents.involve(row, *units, why=Why.RECEIVES, actor=actor, at=at)
    kept.sent_by = actor
    kept.save(update_fields=["notice", "sent_by"])
    write_lines(kept, outside, actor=actor, at=at)
    row.closed_at = at
    changes = {"units": [unit.pk for unit in units], "outside": [each.receiver for each in outside]}
    move(row, State.SENT, actor=actor, at=at, verb="sent_out", changes=changes)
    if kept.answers:
        note_answer(kept, outside, actor=actor, at=at)
    tell_people([kept.drafter, kept.signer], "sent", draft=kept, actor=actor, at=at)
    return kept


def check_outside(wanted: Sequence[str], given: Sequence[Outside]) -> None:
    """Raises UnableToIssue until it is said of everybody outside how the paper went."""
    missing = [name for name in wanted if name not in {each.receiver for each in given}]
    if missing:
        raise UnableToIssue(_("Say how and when it went to: %(names)s") % {"names": "、".join(missing)})


def check_days(row: Document, lines: Sequence[Outside], at: datetime) -> None:
    """Nothing goes out before it is signed, and nobody writes down what has not happened yet. Raises UnableToIssue."""
    today = timezone.localtime(at).date()
    if wrong := [line.receiver for line in lines if not row.dated_on <= line.sent_on <= today]:
        given = {"names": "、".join(wrong), "first": row.dated_on.isoformat(), "last": today.isoformat()}
        raise UnableToIssue(_("The day on which it went out is from %(first)s to %(last)s: %(names)s") % given)


def write_lines(draft: Draft, lines: Sequence[Outside], *, actor: Person, at: datetime) -> None:
    for each in lines:
        Sent.objects.create(
            document=draft.document,
            receiver=each.receiver.strip()[:200],
            how=each.how,
            sent_on=each.sent_on,
            note=each.note.strip()[:200],
            by=actor,
            at=at,
        )


@transaction.atomic
def note_sent(*, draft: Draft, line: Outside, actor: Person, at: datetime | None = None) -> None:
    """One more line of the register of dispatch, for a paper that is out. Raises UnableToIssue."""
    at = at or now()
    row = lock(draft.document)
    if row.state not in (State.SENT, State.FILED):
        raise UnableToIssue(_("The paper is not out yet."))
    if not line.receiver.strip():
        raise UnableToIssue(_("Say to whom it went."))
    check_days(row, [line], at)
    write_lines(locked_draft(row), [line], actor=actor, at=at)
    touch(row, at=at)
    record(actor=actor, verb="sent_line", obj=row, changes={"receiver": line.receiver, "how": line.how}, at=at)


@transaction.atomic
def take_line_back(*, draft: Draft, line_id: int, reason: str, actor: Person, at: datetime | None = None) -> Sent:
    """A counter-entry: the wrong line stays, with the reason; the right one is written anew. Taken back already:
    nothing changes. Raises UnableToIssue.
    """
    at, reason = at or now(), reason.strip()
    row = lock(draft.document)
    line = Sent.objects.filter(document=row, pk=line_id, corrects__isnull=True).first()
    if line is None:
        raise UnableToIssue(_("This line is not one of this paper, or is itself a correction."))
    if known := Sent.objects.filter(corrects=line).first():
        return known
    if not reason:
        raise UnableToIssue(_("Write down what was wrong with the line."))
    same = {name: getattr(line, name) for name in ("document", "receiver", "how", "sent_on")}
    made = Sent.objects.create(**same, corrects=line, note=reason[:200], by=actor, at=at)
    touch(row, at=at)
    changes = {"receiver": line.receiver, "how": line.how, "sent_on": line.sent_on.isoformat()}
    record(actor=actor, verb="sent_line_back", obj=row, changes=changes, note=reason, at=at)
    return made
