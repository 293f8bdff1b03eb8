"""Circulation for reading (傳閱): in turn or together, who has it now, opened and read, urged, excused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.documents.enums import CirculationMode, OpinionKind, ReaderState, State, Why
from apps.documents.models import Circulation, Document, Reader
from apps.documents.services.concerned import involve
from apps.documents.services.editions import give_opinion, latest
from apps.documents.services.errors import UnableToCirculate
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.telling import tell_people
from apps.journal.services import record
from apps.people.deputies import principals
from apps.people.enums import DeputyScope
from apps.people.models import Person

CIRCULATES = (State.REGISTERED, State.HANDLING, State.ANSWERED, State.SENT)
URGED_AGAIN = timedelta(hours=20)
UNREAD = (ReaderState.WAITING, ReaderState.WITH)


@transaction.atomic
def circulate(
    *,
    document: Document,
    people: Sequence[Person],
    mode: CirculationMode,
    words: str = "",
    due_at: datetime | None = None,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Circulation:
    """Begin a round of reading; who has it is told. Raises UnableToCirculate."""
    at = at or now()
    row = lock(document)
    if row.state not in CIRCULATES:
        raise UnableToCirculate(_("In this state it is not circulated."))
    if not people:
        raise UnableToCirculate(_("Say who is to read it."))
    if row.circulations.filter(ended_at__isnull=True).exists():
        raise UnableToCirculate(_("It is circulating already: add readers to that."))
    made = Circulation.objects.create(
        document=row, mode=mode, words=words.strip(), started_by=actor, started_at=at, due_at=due_at
    )
    names = "、".join(person.name for person in people)
    changes = {"mode": [None, mode], "readers": [0, len(people)]}
    record(actor=actor, on_behalf_of=on_behalf_of, verb="circulated", obj=row, changes=changes, note=names, at=at)
    if row.state == State.REGISTERED:
        move(row, State.HANDLING, actor=actor, on_behalf_of=on_behalf_of, at=at)
    else:
        touch(row, at=at)
    seat(made, people, actor, at)
    hand_on(made, row, actor, at)
    return made


def seat(circulation: Circulation, people: Sequence[Person], actor: Person, at: datetime) -> None:
    """Readers in the order in which they were named, behind those who are there."""
    last = circulation.readers.aggregate(last=Max("order"))["last"] or 0
    known = set(circulation.readers.values_list("person_id", flat=True))
    fresh = [person for person in dict.fromkeys(people) if person.pk not in known]
    Reader.objects.bulk_create(
        Reader(circulation=circulation, person=person, order=place, added_by=actor)
        for place, person in enumerate(fresh, start=last + 1)
    )
    involve(circulation.document, *fresh, why=Why.READS, actor=actor, at=at)


def hand_on(circulation: Circulation, row: Document, actor: Person | None, at: datetime) -> None:
    """Whose turn it is has it now; when nobody is left the round ends by itself and who began it is told."""
    readers = list(circulation.readers.select_related("person").order_by("order"))
    waiting = [each for each in readers if each.state == ReaderState.WAITING]
    if circulation.mode == CirculationMode.IN_TURN:
        has_it = any(each.state == ReaderState.WITH for each in readers)
        waiting = [] if has_it else waiting[:1]
    for each in waiting:
        each.state, each.given_at = ReaderState.WITH, at
        each.save(update_fields=["state", "given_at"])
    if waiting:
        people = [each.person for each in waiting]
        starter = circulation.started_by
        tell_people(people, "to_read", document=row, actor=starter, at=at, note=circulation.words)
    elif not any(each.state in UNREAD for each in readers):
        circulation.ended_at = at
        circulation.save(update_fields=["ended_at"])
        record(actor=None, verb="circulation_ended", obj=row, at=at)
        tell_people([circulation.started_by, row.handler], "all_read", document=row, actor=actor, at=at)


def running(row: Document) -> Circulation:
    """The round that is open. Raises UnableToCirculate."""
    found = row.circulations.filter(ended_at__isnull=True).select_related("started_by").first()
    if found is None:
        raise UnableToCirculate(_("It is not circulating now."))
    found.document = row
    return found


@transaction.atomic
def add_readers(
    *,
    document: Document,
    people: Sequence[Person],
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Circulation:
    """More readers in the open round; who is in it already stays as they are. Raises UnableToCirculate."""
    at = at or now()
    row = lock(document)
    found = running(row)
    if not people:
        raise UnableToCirculate(_("Say who is to read it."))
    seat(found, people, actor, at)
    names = "、".join(person.name for person in people)
    record(actor=actor, on_behalf_of=on_behalf_of, verb="readers_added", obj=row, note=names, at=at)
    touch(row, at=at)
    hand_on(found, row, actor, at)
    return found


@transaction.atomic
def excuse_reader(
    *,
    reader: Reader,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Reader:
    """Taken out of the round, with the reason; the next one has it. Again changes nothing. Raises
    UnableToCirculate.
    """
    at, reason = at or now(), reason.strip()
    row = lock(reader.circulation.document)
    each = Reader.objects.select_for_update().get(pk=reader.pk)
    if each.state == ReaderState.EXCUSED:
        return each
    if not reason:
        raise UnableToCirculate(_("Write down why this person need not read it."))
    if each.state == ReaderState.READ:
        raise UnableToCirculate(_("This person has read it already."))
    each.state, each.excuse = ReaderState.EXCUSED, reason[:200]
    each.save(update_fields=["state", "excuse"])
    note = f"{reader.person.name}: {reason}"
    record(actor=actor, on_behalf_of=on_behalf_of, verb="reader_excused", obj=row, note=note, at=at)
    touch(row, at=at)
    hand_on(running(row), row, actor, at)
    return each


def own_line(document: Document, actor: Person, at: datetime) -> tuple[Reader | None, Person | None]:
    """The line that `actor` may read for, the own one first, and for whom (None: for themselves)."""
    rows = Reader.objects.filter(
        circulation__document=document, circulation__ended_at__isnull=True, state=ReaderState.WITH
    )
    people = [actor, *principals(actor, scope=DeputyScope.DOCUMENTS, at=at)]
    found = {row.person_id: row for row in rows.filter(person__in=people).select_related("circulation", "person")}
    for person in people:
        if person.pk in found:
            return found[person.pk], None if person == actor else person
    return None, None


@transaction.atomic
def open_paper(*, document: Document, actor: Person, at: datetime | None = None) -> None:
    """The page stood before the signed-in reader themselves; a deputy's look proves nothing of them. Once."""
    at = at or now()
    Reader.objects.filter(
        circulation__document=document,
        circulation__ended_at__isnull=True,
        state=ReaderState.WITH,
        person=actor,
        opened_at__isnull=True,
    ).update(opened_at=at)


@transaction.atomic
def read_paper(*, document: Document, actor: Person, words: str = "", at: datetime | None = None) -> Reader:
    """“I have read it”: by the reader, or by a deputy with both names. Again changes nothing.

    Raises PermissionDenied for who has nothing to read here.
    """
    at = at or now()
    row = lock(document)
    reader, principal = own_line(row, actor, at)
    if reader is None:
        done = Reader.objects.filter(circulation__document=row, state=ReaderState.READ, read_by=actor)
        if known := done.order_by("-read_at").first():
            return known
        raise PermissionDenied(_("It is not with you to read."))
    reader.state, reader.read_at, reader.read_by = ReaderState.READ, at, actor
    reader.save(update_fields=["state", "read_at", "read_by"])
    if edition := latest(row):
        give_opinion(edition=edition, kind=OpinionKind.READ, author=actor, on_behalf_of=principal, words=words, at=at)
    touch(row, at=at)
    hand_on(running(row), row, actor, at)
    return reader


@transaction.atomic
def urge_readers(
    *,
    document: Document,
    words: str = "",
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> list[Person]:
    """Whoever has it now is reminded, each once a day at most; gives who was. Raises UnableToCirculate."""
    at = at or now()
    row = lock(document)
    found = running(row)
    having = list(found.readers.filter(state=ReaderState.WITH).select_related("person"))
    rows = [each for each in having if each.person.is_active]
    if having and not rows:
        names = "、".join(each.person.name for each in having)
        raise UnableToCirculate(_("%(names)s: left meanwhile. Take them out, and it goes on.") % {"names": names})
    due = [each for each in rows if each.urged_at is None or each.urged_at <= at - URGED_AGAIN]
    if not due:
        raise UnableToCirculate(_("Everybody who has it was reminded within a day."))
    Reader.objects.filter(pk__in=[each.pk for each in due]).update(urged_at=at)
    people = [each.person for each in due]
    note = "、".join(person.name for person in people)
    record(actor=actor, on_behalf_of=on_behalf_of, verb="readers_urged", obj=row, note=note, at=at)
    tell_people(people, "urged_to_read", document=row, actor=actor, at=at, note=words, queue=Queue.REMINDER)
    return people
