"""What documents put on dashboards: to decide, to read, in hand, late, to register, stuck."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.work_item import Action, Section, WorkItem
from apps.documents.enums import State
from apps.documents.managers import DocumentQuerySet
from apps.documents.models import Circulation, Document, Reader
from apps.documents.rules import REGISTRARS
from apps.documents.services import last_check
from apps.documents.texts import name_of
from apps.documents.trouble import in_trouble, is_stuck, why_it_stops, with_causes
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person

NAMES = ("handler", "incoming", "urgency")


@dataclass(frozen=True)
class Desk:
    """Whose list it is. `people`: oneself and those in whose name one handles and reads, by key; `seen`: what one may
    read; `soon`: the end of the next working day.
    """

    user: Person
    people: dict[int, Person]
    seen: DocumentQuerySet
    at: datetime
    soon: datetime
    limit: int

    def pressing(self, due_at: datetime | None) -> Section | None:
        """Overdue, due by the next working day, or neither."""
        if due_at is None or due_at > self.soon:
            return None
        return Section.OVERDUE if due_at < self.at else Section.SOON

    def first(self, rows: QuerySet, *order: str) -> QuerySet:
        return rows.select_related(*NAMES).order_by(*order)[: self.limit]

    def behalf(self, words: str, person: Person | None) -> str:
        """The words, and in whose place it stands there."""
        if person is None or person == self.user:
            return words
        return _("%(reason)s, for %(name)s") % {"reason": words, "name": person.name}


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries. What is in somebody's hands, or theirs to read, also
    stands on the list of who stands in for them.
    """
    people = {person.pk: person for person in (user, *principals(user, scope=DeputyScope.DOCUMENTS, at=at))}
    handles = user.has_role(*OFFICE_ROLES) or len(people) > 1
    seen = Document.objects.visible_to(user) if user.has_role(*REGISTRARS) else Document.objects.none()
    desk = Desk(user, people, seen, at, end_of_next_day(at), limit)
    found = [*to_decide(desk), *to_read(desk)]
    if user.has_role(Role.DIRECTOR):
        found += pressing(desk)
    if handles:
        found += mine(desk)
    if user.has_role(*REGISTRARS):
        found += to_register(desk)
    if user.has_role(Role.DIRECTOR):
        found += [*stuck(desk), *faults()]
    return once([*found, *to_file(desk)])


def end_of_next_day(at: datetime) -> datetime:
    """By plain days where the calendar does not know the year (its alarm is on then)."""
    working = office_time()
    try:
        return working.end_of_day(working.next_working_day(working.day(at)))
    except CalendarYearMissing:
        return at + timedelta(days=1)


def once(items: Iterable[WorkItem]) -> list[WorkItem]:
    """The same document in the first section that fits; in that as the first list has it."""
    order, kept = list(Section), {}
    for item in items:
        known = kept.get(item.key)
        if known is None or order.index(item.section) < order.index(known.section):
            kept[item.key] = item
    return list(kept.values())


def item(
    row: Document,
    section: Section,
    at: datetime,
    reason: str,
    label: str = "",
    *,
    since: datetime | None = None,
    due_at: datetime | None = None,
) -> WorkItem:
    """`due_at`: another day than the document's own."""
    incoming = row.incoming if row.is_incoming else None
    return WorkItem(
        key=f"documents.document:{row.pk}",
        section=section,
        number=row.number,
        title=row.title,
        url=row.get_absolute_url(),
        icon="file-text",
        kind=str(row.get_kind_display()),
        who=incoming.sender if incoming else "",
        reason=reason,
        state=str(row.get_state_display()),
        state_colour=row.colour,
        said=name_of(row),
        due_at=due_at or row.due_at,
        since=since or row.last_event_at,
        overdue=due_at < at if due_at else row.is_late(at),
        handler=row.handler.name if row.handler else "",
        handler_id=row.handler_id,
        actions=(Action(label=label or _("Look at it"), url=row.get_absolute_url(), key="o", primary=True),),
    )


def of_documents() -> ContentType:
    return ContentType.objects.get_for_model(Document)


def to_decide(desk: Desk) -> list[WorkItem]:
    """Instructions that are asked of the user, or of somebody they stand in for."""
    steps = Step.objects.filter(subject_type=of_documents()).waiting_for(desk.user, desk.at).values("subject_id")
    rows = Document.objects.incoming().filter(state=State.PROPOSED, pk__in=steps)
    words, label = _("for your instruction"), _("Read and instruct")
    return [item(row, Section.DECIDE, desk.at, words, label) for row in desk.first(rows, "due_at", "pk")]


def to_read(desk: Desk) -> list[WorkItem]:
    """What circulates and is with this person now, or with somebody they stand in for; nothing that they may not read
    any more. The own line first: they cannot read for both at once.
    """
    rows = Reader.objects.having_it().still_named().filter(person__in=desk.people)
    names = [f"circulation__document__{name}" for name in NAMES]
    rows = rows.select_related(*names, "circulation__started_by").order_by("given_at", "pk")
    found = sorted(rows[: desk.limit], key=lambda row: row.person_id != desk.user.pk)
    return [reading(desk, row) for row in found]


def reading(desk: Desk, row: Reader) -> WorkItem:
    """Due on the day of the round; without one on that of the document."""
    paper, due_at = row.circulation.document, row.circulation.due_at
    words = desk.behalf(_("for you to read"), desk.people[row.person_id])
    section = desk.pressing(due_at or (paper.due_at if paper.is_open else None)) or Section.MINE
    return item(paper, section, desk.at, words, _("Read it"), since=row.given_at, due_at=due_at)


def pressing(desk: Desk) -> list[WorkItem]:
    """All that is overdue or due soon, for the director."""
    rows = with_causes(desk.seen.incoming().open().filter(due_at__lte=desk.soon), desk.at)
    return [placed(desk, row, Section.SOON, "") for row in desk.first(rows, "due_at", "pk")]


def mine(desk: Desk) -> list[WorkItem]:
    """In the own hands, or of somebody one stands in for; what waits for an instruction waits on others."""
    rows = with_causes(Document.objects.incoming().open().filter(handler__in=desk.people), desk.at)
    return [in_hand(desk, row) for row in desk.first(rows, "due_at", "pk")]


def in_hand(desk: Desk, row: Document) -> WorkItem:
    if row.state == State.PROPOSED:
        return placed(desk, row, Section.WAITING, _("an instruction is asked for"))
    return placed(desk, row, Section.MINE, _("in your hands"))


def placed(desk: Desk, row: Document, otherwise: Section, words: str) -> WorkItem:
    """In the first section that fits, and why: with whom it stops, that it is late or soon due, else `words`."""
    stops, due = why_it_stops(row), desk.pressing(row.due_at) if row.is_open else None
    fits = {otherwise, *([due] if due else []), *([section_of_trouble(row)] if stops else [])}
    section = next(each for each in Section if each in fits)
    late = {Section.OVERDUE: _("overdue"), Section.SOON: _("due soon")}.get(due, words)
    person = row.handler if row.handler_id in desk.people else None
    reads_until = row.read_due if row.read_late and due != Section.OVERDUE else None
    return item(row, section, desk.at, desk.behalf(stops or late, person), due_at=reads_until)


def section_of_trouble(row: Document) -> Section:
    return Section.STUCK if is_stuck(row) else Section.OVERDUE


def to_file(desk: Desk) -> list[WorkItem]:
    """Closed or sent out, read by everybody who had to, and not in the file yet: whoever had it in hand files it, or
    who stands in for them.
    """
    rounds = Circulation.objects.filter(document=OuterRef("pk"), ended_at__isnull=True)
    rows = Document.objects.to_file().filter(~Exists(rounds), handler__in=desk.people)
    words, label = _("to be filed"), _("File it")
    return [
        item(row, Section.MINE, desk.at, desk.behalf(words, row.handler), label, since=row.closed_at)
        for row in desk.first(rows, "closed_at", "pk")
    ]


def to_register(desk: Desk) -> list[WorkItem]:
    """Signed for, and without a number yet."""
    rows = desk.first(desk.seen.incoming().filter(state=State.RECEIVED), "created_at")
    return [item(row, Section.UNASSIGNED, desk.at, _("to be registered"), _("Register it")) for row in rows]


def stuck(desk: Desk) -> list[WorkItem]:
    """With somebody who is gone: nobody goes on with it; and what readers have beyond the day of their round."""
    rows = desk.first(in_trouble(desk.seen, desk.at), "pk")
    return [placed(desk, row, section_of_trouble(row), "") for row in rows]


def faults() -> list[WorkItem]:
    """What the last night's check of the ledger found."""
    check = last_check()
    if check is None or not check.faults:
        return []
    url = reverse("dispatch:ledger")
    return [
        WorkItem(
            key="documents.ledger",
            section=Section.STUCK,
            number="",
            title=_("The ledger of document numbers has faults"),
            url=url,
            icon="triangle-alert",
            kind=_("ledger"),
            who="",
            reason="；".join(check.words[:3]),
            state=_("to be looked at"),
            state_colour="red",
            due_at=None,
            since=check.at,
            actions=(Action(label=_("Look at it"), url=url, key="o", primary=True),),
        )
    ]
