"""Sign for a paper (簽收), enter it in the register (登記), put right what was entered, add the scan later."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core.calendar import CalendarYearMissing, WorkingTime, current_version, working_time
from apps.core.clock import now
from apps.core.models import CalendarVersion
from apps.documents.deadlines import due_for
from apps.documents.enums import Access, Direction, State, Why
from apps.documents.models import Document, Incoming, KnownSender, Series
from apps.documents.services.concerned import involve
from apps.documents.services.editions import write_edition
from apps.documents.services.errors import AlreadyRegistered, UnableToMove, UnableToRegister
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.numbering import give_number
from apps.documents.services.papers import Paper, check_files, check_paper, find_same
from apps.documents.services.senders import settle_senders
from apps.documents.services.texts import refresh_text
from apps.journal.files import attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person, Unit

ONCE = "documents_senders_number_once"


def incoming_series() -> Series:
    """The first series of incoming numbers that is in use. Raises UnableToRegister."""
    row = Series.objects.filter(direction=Direction.INCOMING, is_active=True).select_related("numbers", "unit").first()
    if row is None:
        raise UnableToRegister(_("No series of numbers for incoming documents is in use."))
    return row


@transaction.atomic
def sign_for(*, paper: Paper, files: Iterable[Attachment] = (), actor: Person, at: datetime | None = None) -> Document:
    """The paper is here; nobody acts on it before it is registered. Raises UnableToRegister, AlreadyRegistered."""
    at, files = at or now(), list(files)
    check_paper(paper, files)
    row = Document.objects.create(
        direction=Direction.INCOMING,
        state=State.RECEIVED,
        unit=office_of(actor),
        created_by=actor,
        created_at=at,
        last_event_at=at,
        calendar_version=version_now(),
        **paper.document_fields(),
    )
    keep_line(Incoming(document=row, received_at=at, received_by=actor, **paper.incoming_fields()))
    attach(files, to=row, person=actor, role="paper")
    record(actor=actor, verb="doc_received", obj=row, at=at)
    involve(row, actor, why=Why.REGISTERED, actor=actor, at=at)
    refresh_text(row)
    return row


def office_of(actor: Person) -> Unit:
    return actor.main_unit or incoming_series().unit


def version_now() -> CalendarVersion | None:
    try:
        return current_version()
    except CalendarVersion.DoesNotExist:
        return None


def keep_line(incoming: Incoming) -> None:
    """Write the line; of two clerks with the same paper at once the second is told where the first has it."""
    try:
        with transaction.atomic():
            incoming.save()
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        same = find_same(Paper(sender=incoming.sender, sender_number=incoming.sender_number), incoming.document)
        raise AlreadyRegistered(same) if same else error from error


@transaction.atomic
def register(*, document: Document, actor: Person, version: int | None = None, at: datetime | None = None) -> Document:
    """Into the register: number, first edition, due date, and `actor` has it in hand. Again changes nothing.

    Raises UnableToRegister, UnableToMove, Changed.
    """
    at = at or now()
    row = lock(document)
    if row.number:
        return row
    row = lock(row, version=version)
    check_paper(paper_now(row), list(Attachment.objects.of(row)), row)
    row.registered_at, row.handler, row.due_at = at, actor, first_due(row)
    write_edition(document=row, words=words_of(row), actor=actor, at=at)
    involve(row, actor, why=Why.HANDLES, actor=actor, at=at)
    remember_sender(row, at)
    give_number(document=row, series=incoming_series(), actor=actor, at=at)
    return move(row, State.REGISTERED, actor=actor, at=at, verb="doc_registered")


@transaction.atomic
def enter(*, paper: Paper, files: Iterable[Attachment] = (), actor: Person, at: datetime | None = None) -> Document:
    """Signed for and registered in one. Raises UnableToRegister, AlreadyRegistered."""
    at = at or now()
    row = sign_for(paper=paper, files=files, actor=actor, at=at)
    return register(document=row, actor=actor, at=at)


@transaction.atomic
def correct(
    *,
    document: Document,
    paper: Paper,
    files: Iterable[Attachment] = (),
    version: int | None,
    reason: str = "",
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Put the line right; once it is registered that is a new edition, and needs a reason.

    Raises UnableToRegister, UnableToMove (it is closed), Changed.
    """
    at, files, reason = at or now(), list(files), reason.strip()
    row = lock(document, version=version)
    if not row.is_open:
        raise UnableToMove(_("It is closed. Open it again first."))
    if row.number and not reason:
        raise UnableToRegister(_("Say why the register is put right: the old line is kept."))
    check_paper(paper, [*files, *Attachment.objects.of(row)], row)
    silence_first(row, paper)
    before, sender = words_of(row), row.incoming.sender_key
    for name, value in paper.document_fields().items():
        setattr(row, name, value)
    for name, value in paper.incoming_fields().items():
        setattr(row.incoming, name, value)
    keep_line(row.incoming)
    attach(files, to=row, person=actor, role="paper")
    after = words_of(row)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if row.number and {"urgency", "answer_until"} & set(changes):
        row.due_at = first_due(row)
    touch(row, at=at)
    if paper.is_classified:
        changes = {}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="doc_corrected", obj=row, changes=changes, note=reason, at=at)
    if row.number:
        settle_senders(row, sender, at=at)
        write_edition(document=row, words=after, actor=actor, on_behalf_of=on_behalf_of, reason=reason, at=at)
    else:
        refresh_text(row)
    return row


def silence_first(row: Document, paper: Paper) -> None:
    """A paper that turns out classified loses its title before its line says so: the database lets no moment between.
    Raises UnableToRegister once it is registered: an edition, which stays, holds its words.
    """
    if not paper.is_classified or row.incoming.is_classified:
        return
    if row.number:
        raise UnableToRegister(_("It is registered with its words. Void it, and enter the classified paper anew."))
    Document.objects.filter(pk=row.pk).update(title=paper.shown_title)


@transaction.atomic
def add_files(
    *,
    document: Document,
    files: Iterable[Attachment],
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """The scan comes later: a new edition of what is registered. Raises UnableToRegister, UnableToMove."""
    at, files = at or now(), list(files)
    row = lock(document)
    if not row.is_open:
        raise UnableToMove(_("It is closed. Open it again first."))
    if not files:
        raise UnableToRegister(_("Choose a file first."))
    if row.is_incoming and row.incoming.is_classified:
        raise UnableToRegister(_("A classified paper has no files, summary or annexes in the portal."))
    check_files(files)
    attach(files, to=row, person=actor, role="paper")
    touch(row, at=at)
    names = ", ".join(file.name for file in files)
    record(actor=actor, on_behalf_of=on_behalf_of, verb="attached", obj=row, note=names, at=at)
    if row.number:
        reason = _("files added")
        write_edition(document=row, words=words_of(row), actor=actor, on_behalf_of=on_behalf_of, reason=reason, at=at)
    else:
        refresh_text(row)
    return row


def paper_now(row: Document) -> Paper:
    incoming = row.incoming
    return Paper(
        sender=incoming.sender,
        sender_number=incoming.sender_number,
        title=row.title,
        summary=incoming.summary,
        annexes=incoming.annexes,
        place=incoming.place,
        is_classified=incoming.is_classified,
        copy_of=incoming.copy_of,
    )


def words_of(row: Document) -> dict[str, object]:
    """What an edition of an incoming document says, in plain values."""
    paper = {"title": row.title, "kind": row.kind, "access": row.access, "purpose": row.purpose}
    paper |= {"urgency": str(row.urgency or ""), "copy_of": row.incoming.copy_of_id}
    line = {name: getattr(row.incoming, name) for name in Paper.__dataclass_fields__ if name not in paper}
    return paper | {name: value.isoformat() if isinstance(value, date) else value for name, value in line.items()}


def first_due(row: Document) -> datetime | None:
    """What the urgency gives, or the end of the day until which the sender wants an answer, whichever is earlier."""
    try:
        due = due_for(row, row.incoming.received_at)
        if row.incoming.answer_until and row.calendar_version:
            working = working_time(row.calendar_version_id)
            wanted = working.end_of_day(last_working_day(working, row.incoming.answer_until))
            due = min(due, wanted) if due else wanted
    except CalendarYearMissing:
        return None
    return due


def last_working_day(working: WorkingTime, day: date) -> date:
    return day if working.is_working_day(day) else working.next_working_day(day, -1)


def remember_sender(row: Document, at: datetime) -> None:
    """For filling in; who wrote with limited access is not remembered."""
    if row.access in (Access.RESERVED, Access.HIDDEN) or row.incoming.is_classified:
        return
    known, is_new = KnownSender.objects.get_or_create(
        key=row.incoming.sender_key, defaults={"name": row.incoming.sender, "last_at": at}
    )
    if not is_new:
        KnownSender.objects.filter(pk=known.pk).update(count=F("count") + 1, last_at=at)
