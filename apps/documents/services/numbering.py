"""Document numbers: one locked counter row for each series and year, and a ledger of what became of each number."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.models import IssuedNumber
from apps.core.numbers import issue_number, void_number
from apps.documents.enums import NumberUse, State
from apps.documents.faults import RAN_OUT, Fault
from apps.documents.models import Document, DocumentNumber, Series
from apps.documents.services.errors import UnableToNumber
from apps.documents.services.texts import refresh_text
from apps.journal.services import record
from apps.people.models import Person

LONGEST_RESERVATION = 30  # days
GIVEN_UP = (State.VOID, State.WITHDRAWN)  # the states of a document whose number is out of use


@transaction.atomic
def give_number(
    *,
    document: Document,
    series: Series,
    actor: Person,
    reserved: DocumentNumber | None = None,
    at: datetime | None = None,
) -> DocumentNumber:
    """The next number of `series`, or one `reserved` before, for a locked document; who has one keeps it (no second is
    drawn). `document.number` is set, not saved: the caller moves the document in the same transaction. It is found by
    its number from then on.

    Raises UnableToNumber.
    """
    at = at or now()
    known = DocumentNumber.objects.filter(document=document).select_related("issued").first()
    if known:
        document.number = known.issued.text
        return known
    if series.direction != document.direction or not series.is_active:
        raise UnableToNumber(_("This series of numbers is not for this document."))
    line = take_reserved(reserved, series) if reserved else draw(series, actor=actor, at=at)
    line.use, line.document = NumberUse.ISSUED, document
    line.save()
    document.number = line.issued.text
    record(actor=actor, verb="doc_numbered", obj=document, changes={"number": ["", document.number]}, at=at)
    refresh_text(document)
    return line


def draw(series: Series, *, actor: Person, at: datetime) -> DocumentNumber:
    """A line of the next number, not saved."""
    issued = issue_number(series=series.numbers.code, at=at)
    return DocumentNumber(issued=issued, series=series, issued_by=actor, issued_at=at)


def take_reserved(reserved: DocumentNumber, series: Series) -> DocumentNumber:
    row = DocumentNumber.objects.select_for_update().get(pk=reserved.pk)
    if row.use != NumberUse.RESERVED or row.series_id != series.pk:
        raise UnableToNumber(_("This number is no longer reserved."))
    return row


@transaction.atomic
def reserve_number(
    *, series: Series, words: str, until: date, actor: Person, at: datetime | None = None
) -> DocumentNumber:
    """A number for a paper that is written outside the portal, until that day. Raises UnableToNumber."""
    at, words = at or now(), words.strip()
    today = office_time().day(at)
    if not words:
        raise UnableToNumber(_("Say which paper the number is for."))
    if not today <= until <= today + timedelta(days=LONGEST_RESERVATION):
        raise UnableToNumber(_("A number is reserved for %(days)d days at most.") % {"days": LONGEST_RESERVATION})
    line = draw(series, actor=actor, at=at)
    line.use, line.reserved_for, line.reserved_until = NumberUse.RESERVED, words[:200], until
    line.save(force_insert=True)
    record(actor=actor, verb="number_reserved", obj=line, changes={"number": ["", line.issued.text]}, note=words, at=at)
    return line


@transaction.atomic
def take_out_of_use(
    *, line: DocumentNumber, reason: str, actor: Person | None, at: datetime | None = None
) -> DocumentNumber:
    """Void a number, for good: it stays in the ledger with the reason and the name. The caller checked that `actor` may
    (nobody: a reservation that ran out). Again changes nothing. Raises UnableToNumber: no reason, or what was reserved
    when `line` was read has become the number of a document.
    """
    at, reason = at or now(), reason.strip()
    row = DocumentNumber.objects.select_for_update().get(pk=line.pk)
    if row.use == NumberUse.VOID:
        return row
    if row.use != line.use:
        raise UnableToNumber(_("This number is no longer reserved."))
    if not reason:
        raise UnableToNumber(_("Write down why the number is not used: the ledger keeps it."))
    void_number(IssuedNumber.objects.get(pk=row.pk), reason=reason[:200])
    before, row.use = row.use, NumberUse.VOID
    row.void_reason, row.voided_by, row.voided_at = reason[:200], actor, at
    row.save()
    record(actor=actor, verb="number_void", obj=row, changes={"use": [before, row.use]}, note=reason, at=at)
    return row


def let_reservations_run_out(*, at: datetime | None = None) -> int:
    """Numbers reserved until a day that is over become void; gives how many. Safe to repeat."""
    at = at or now()
    over = run_out(at).values_list("pk", flat=True)
    return sum(let_run_out(pk, at=at) for pk in list(over))


def run_out(at: datetime) -> QuerySet:
    return DocumentNumber.objects.filter(use=NumberUse.RESERVED, reserved_until__lt=office_time().day(at))


@transaction.atomic
def let_run_out(pk: int, *, at: datetime) -> bool:
    """Asked again under the lock: whoever took the number for a paper in between keeps it."""
    row = run_out(at).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return False
    take_out_of_use(line=row, reason=RAN_OUT, actor=None, at=at)
    return True


def find_faults() -> list[Fault]:
    """What the nightly check says of the ledger: a number of a document series without exactly one line here, a line
    that disagrees with the core's ledger, a document whose number is not that of its line, a void number of a document
    that goes on (four queries).

    Gaps in the core's ledger are found by apps.core.numbers.find_gaps.
    """
    without = IssuedNumber.objects.filter(series__documents_series__isnull=False, document_line__isnull=True)
    faults = [Fault("no_line", row.text) for row in without]
    lines = DocumentNumber.objects.select_related("issued", "document")
    for row in lines.exclude(use=NumberUse.VOID).filter(issued__state="void"):
        faults.append(Fault("void_in_one", row.issued.text))
    for row in lines.filter(document__isnull=False).exclude(document__number=F("issued__text")):
        faults.append(Fault("other_number", row.issued.text, row.document.number))
    for row in lines.filter(use=NumberUse.VOID, document__isnull=False).exclude(document__state__in=GIVEN_UP):
        faults.append(Fault("void_goes_on", row.issued.text))
    return faults
